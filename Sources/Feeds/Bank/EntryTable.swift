import UsageLedger
import Units

/// Small tables from banks and card processors: CSV with a header, kept in memory.
enum EntryTable {
    /// Entries and lines that can't be used, in order. Errors: `invalid_row` for the header; nothing is used then.
    static func entries<Entry>(
        in source: any ByteSource, required: [String],
        _ entry: (_ rows: RowReader, _ header: Header) throws(EventError) -> Entry
    ) throws -> [Result<Entry, EventError>] {
        let rows = RowReader(source, separator: UInt8(ascii: ","), hasQuoting: true, limit: 65_536)
        var header: Header?
        var found: [Result<Entry, EventError>] = []
        while true {
            switch rows.next() {
            case .end: return found
            case .fault(let item):
                if case .failure(let error) = item.content { found.append(.failure(error)) }
            case .row:
                guard let known = header else {
                    header = try Header(rows, required: required)
                    continue
                }
                found.append(
                    Result { () throws(EventError) in
                        try rows.checkFieldCount(known)
                        return try entry(rows, known)
                    })
            }
        }
    }

    /// A day as in `2017-11-30`. Error: `invalid_row`.
    static func day(_ rows: RowReader, _ header: Header) throws(EventError) -> CivilDay {
        let text = rows.fieldText(header.required("day"))
        guard let day = try? CivilDay(text: text) else {
            throw EventError(
                .invalidRow, field: "day", "line \(rows.line): day '\(text.prefix(40))' isn't like 2017-11-30")
        }
        return day
    }

    /// Whole yen above zero; thousands may be separated. Error: `invalid_row`.
    static func yen(_ rows: RowReader, _ header: Header) throws(EventError) -> Yen {
        let text = rows.fieldText(header.required("yen"))
        guard let yen = Int64(text.replacing(",", with: "")), yen > 0 else {
            throw EventError(
                .invalidRow, field: "yen", "line \(rows.line): yen '\(text.prefix(40))' is no whole number above zero")
        }
        return Yen(yen)
    }
}
