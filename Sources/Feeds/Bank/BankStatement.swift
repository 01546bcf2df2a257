import UsageLedger
import Units

/// A line of a bank's list of money that came in.
public struct BankEntry: Hashable, Sendable {
    /// Counted from 1.
    public let line: Int
    public let day: CivilDay
    public let yen: Yen
    /// As the bank writes it.
    public let payer: String
    public let reference: String
    /// Empty where the list names none.
    public let invoice: String
}

/// A bank's list as CSV with the columns `day,yen,payer,reference` and, if there is one, `invoice`, in any order.
/// Days are `2017-11-30`, yen whole; UTF-8.
public enum BankStatement {
    /// Entries and what can't be used, in order. Errors: `invalid_row` for the header; nothing is used then.
    public static func entries(in source: any ByteSource) throws -> [Result<BankEntry, EventError>] {
        try EntryTable.entries(in: source, required: ["day", "yen", "payer", "reference"], entry)
    }

    private static func entry(_ rows: RowReader, _ header: Header) throws(EventError) -> BankEntry {
        let day = try EntryTable.day(rows, header), yen = try EntryTable.yen(rows, header)
        let reference = rows.fieldText(header.required("reference"))
        guard reference.contains(where: { !$0.isWhitespace }) else {
            throw EventError(
                .invalidRow, field: "reference",
                "line \(rows.line): the reference is empty; without one a payment could be taken twice")
        }
        return BankEntry(
            line: rows.line, day: day, yen: yen, payer: rows.fieldText(header.required("payer")),
            reference: reference, invoice: header.position("invoice").map(rows.fieldText) ?? "")
    }
}
