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
        try EntryTable.entries(in: source, required: ["charge", "result", "day", "yen"], entry)
    }

    private static func entry(_ rows: RowReader, _ header: Header) throws(EventError) -> CardOutcome {
        let day = try EntryTable.day(rows, header), yen = try EntryTable.yen(rows, header)
        let result = rows.fieldText(header.required("result"))
        guard result == "paid" || result == "declined" else {
            throw EventError(
                .invalidRow, field: "result", "line \(rows.line): '\(result.prefix(40))' is neither paid nor declined")
        }
        return CardOutcome(
            line: rows.line, charge: rows.fieldText(header.required("charge")), isPaid: result == "paid", day: day,
            yen: yen, reason: header.position("reason").map(rows.fieldText) ?? "")
    }
}
