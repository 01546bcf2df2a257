import Units

/// One row of `sacct`: one execution of a job, or a job that hasn't run. `nil` stands for `Unknown`, `None` and an
/// empty field.
struct SlurmRow {
    /// As Slurm writes it: `COMPLETED`, `CANCELLED by 1000`.
    let state: String
    /// The state without what follows it, for example `CANCELLED`.
    let stateWord: String
    let submit: Instant?
    let start: Instant?
    let end: Instant?
    /// Nothing was ever allocated: the field is empty.
    let holdsNothing: Bool

    init(state: String, submit: Instant?, start: Instant?, end: Instant?, holdsNothing: Bool) {
        (self.state, self.submit, self.start, self.end) = (state, submit, start, end)
        self.holdsNothing = holdsNothing
        let word = state.utf8.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "+") }
        stateWord = String(Substring(word)).uppercased()
    }

    /// What the row says happened.
    enum Course: Hashable {
        /// Waits, or ended without a word when.
        case waiting
        case canceled(Instant)
        case open(start: Instant)
        case ended(start: Instant, end: Instant)
        /// The row says neither when it was submitted nor when it ran or ended.
        case timeless
    }

    var course: Course {
        guard let start = actualStart else {
            if stateWord == "PENDING" { return submit == nil ? .timeless : .waiting }
            if let time = end ?? (stateWord == "CANCELLED" ? submit : nil) { return .canceled(time) }
            return submit == nil ? .timeless : .waiting
        }
        // A row still running has no end, whatever the field says: `sacct --truncate` writes
        // the end of its window there.
        guard let end, stateWord != "RUNNING", stateWord != "SUSPENDED" else { return .open(start: start) }
        return .ended(start: start, end: end)
    }

    /// The start, if the job really began: some versions write the cancellation's time as the start of a job that
    /// never got anything.
    private var actualStart: Instant? {
        guard let start, stateWord != "PENDING" else { return nil }
        if stateWord == "CANCELLED", holdsNothing, end.map({ $0 <= start }) ?? true { return nil }
        return start
    }
}
