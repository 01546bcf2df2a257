import Units

/// One row of `sacct`: one execution of a job, or a job that hasn't run. `nil` stands for `Unknown`, `None` and an
/// empty field.
struct SlurmRow {
    /// As Slurm writes it: `COMPLETED`, `CANCELLED by 1000`.
    let state: String
    let submit: Instant?
    let start: Instant?
    let end: Instant?
    /// Nothing was ever allocated: the field is empty.
    let holdsNothing: Bool

    /// What the row says happened.
    enum Course: Hashable {
        /// Waits, or ended without a word when.
        case waiting
        case canceled(Instant)
        case open(start: Instant)
        case ended(start: Instant, end: Instant)
        /// Ended before it ran, at a time that the row doesn't give.
        case timeless
    }

    /// The state without what follows it, for example `CANCELLED`.
    var stateWord: String { String(state.prefix { $0 != " " && $0 != "+" }).uppercased() }

    var course: Course {
        let word = stateWord
        guard let start = actualStart(word) else {
            if word == "PENDING" { return submit == nil ? .timeless : .waiting }
            if let time = end ?? (word == "CANCELLED" ? submit : nil) { return .canceled(time) }
            return submit == nil ? .timeless : .waiting
        }
        // A row still running has no end, whatever the field says: `sacct --truncate` writes the end of the window
        // there.
        guard let end, word != "RUNNING", word != "SUSPENDED" else { return .open(start: start) }
        return .ended(start: start, end: end)
    }

    /// The start, if the job really began: some versions write the cancellation's time as the start of a job that
    /// never got anything.
    private func actualStart(_ word: String) -> Instant? {
        guard let start, word != "PENDING" else { return nil }
        if word == "CANCELLED", holdsNothing, end.map({ $0 <= start }) ?? true { return nil }
        return start
    }
}
