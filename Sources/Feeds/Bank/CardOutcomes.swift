import UsageLedger
import Units

/// What a card processor says of a charge.
public struct CardOutcome: Hashable, Sendable {
    /// Of the file, counted from 1.
    public let line: Int
    public let charge: String
    public let isPaid: Bool
    public let day: CivilDay
    public let yen: Yen
    /// Why it was declined, in the processor's words.
    public let reason: String
}

/// A processor's answers as CSV with the columns `charge,result,day,yen` and, if there is one, `reason`, in any order.
/// The result is `paid` or `declined`; UTF-8.
public enum CardOutcomes {
    /// Answers and lines that can't be used, in order. Errors: `invalid_row` for the header; nothing is used then.
    public static func entries(in source: any ByteSource) throws -> [Result<CardOutcome, EventError>] {
        let rows = RowReader(source, separator: UInt8(ascii: ","), hasQuoting: true, limit: 65_536)
        var header: Header?
        var found: [Result<CardOutcome, EventError>] = []
        while true {
            switch rows.next() {
            case .end: return found
            case .fault(let item):
                if case .failure(let error) = item.content { found.append(.failure(error)) }
            case .row:
                guard let known = header else {
                    header = try Header(rows, required: ["charge", "result", "day", "yen"])
                    continue
                }
                found.append(Result { () throws(EventError) in try entry(rows, known) })
            }
        }
    }

    private static func entry(_ rows: RowReader, _ header: Header) throws(EventError) -> CardOutcome {
        try rows.checkFieldCount(header)
        let day = rows.fieldText(header.required("day")), yen = rows.fieldText(header.required("yen"))
        let result = rows.fieldText(header.required("result"))
        guard result == "paid" || result == "declined" else {
            throw EventError(
                .invalidRow, field: "result", "line \(rows.line): '\(result.prefix(40))' is neither paid nor declined")
        }
        guard let booked = try? CivilDay(text: day) else {
            throw EventError(
                .invalidRow, field: "day", "line \(rows.line): day '\(day.prefix(40))' isn't like 2017-11-30")
        }
        guard let amount = Int64(yen), amount > 0 else {
            throw EventError(
                .invalidRow, field: "yen", "line \(rows.line): yen '\(yen.prefix(40))' is no whole number above zero")
        }
        return CardOutcome(
            line: rows.line, charge: rows.fieldText(header.required("charge")), isPaid: result == "paid", day: booked,
            yen: Yen(amount), reason: header.position("reason").map(rows.fieldText) ?? "")
    }
}
