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
        let rows = RowReader(source, separator: UInt8(ascii: ","), hasQuoting: true, limit: 65_536)
        var header: Header?
        var found: [Result<BankEntry, EventError>] = []
        while true {
            switch rows.next() {
            case .end: return found
            case .fault(let item):
                if case .failure(let error) = item.content { found.append(.failure(error)) }
            case .row:
                guard let known = header else {
                    header = try Header(rows, required: ["day", "yen", "payer", "reference"])
                    continue
                }
                found.append(Result { () throws(EventError) in try entry(rows, known) })
            }
        }
    }

    private static func entry(_ rows: RowReader, _ header: Header) throws(EventError) -> BankEntry {
        try rows.checkFieldCount(header)
        let day = rows.fieldText(header.required("day")), yen = rows.fieldText(header.required("yen"))
        guard let booked = try? CivilDay(text: day) else {
            throw EventError(
                .invalidRow, field: "day", "line \(rows.line): day '\(day.prefix(40))' isn't like 2017-11-30")
        }
        guard let amount = Int64(yen.replacing(",", with: "")), amount > 0 else {
            throw EventError(
                .invalidRow, field: "yen", "line \(rows.line): yen '\(yen.prefix(40))' is no whole number above zero")
        }
        let reference = rows.fieldText(header.required("reference"))
        guard reference.contains(where: { !$0.isWhitespace }) else {
            throw EventError(
                .invalidRow, field: "reference",
                "line \(rows.line): the reference is empty; without one a payment could be taken twice")
        }
        return BankEntry(
            line: rows.line, day: booked, yen: Yen(amount), payer: rows.fieldText(header.required("payer")),
            reference: reference, invoice: header.position("invoice").map(rows.fieldText) ?? "")
    }
}
