import Units

/// Which day a document may bear (C21). It is final, so a wrong one is refused before it is issued.
public enum IssueDay {
    /// Why a document can't bear a day, in words for people; `nil` when it can.
    /// - Parameters:
    ///   - earliest: the last day of an invoice's month, or the day of the document that is returned or reissued.
    ///   - reason: what happened on the earliest day, as the end of a sentence.
    ///   - today: of Japan.
    public static func fault(
        _ day: CivilDay, from earliest: CivilDay, _ reason: String, today: CivilDay
    ) -> String? {
        guard day < earliest || day > today else { return nil }
        let what = day > today ? "is still to come" : "lies before \(earliest), \(reason)"
        return "a document can't be issued on \(day), which \(what); choose a day from \(earliest) to \(today)"
    }
}
