import UsageLedger
import Units

/// A list that can be shown in every form: columns with stable names, rows of values.
public struct Listing: Sendable {
    public enum Value: Sendable {
        case text(String)
        /// A count, yen, seconds.
        case integer(Int64)
        /// A plain decimal of any size, exact.
        case decimal(String)
        case flag(Bool)
        case none
    }

    public struct Column: Sendable {
        /// Stable name: the CSV header and the JSON key.
        public let name: String
        /// As people read it.
        public let title: String
        public let isNumber: Bool

        public static func text(_ name: String, _ title: String? = nil) -> Column {
            Column(name: name, title: title ?? name.replacing("_", with: " "), isNumber: false)
        }

        public static func number(_ name: String, _ title: String? = nil) -> Column {
            Column(name: name, title: title ?? name.replacing("_", with: " "), isNumber: true)
        }
    }

    public let columns: [Column]
    public var rows: [[Value]]
    /// Under the table and in the JSON, never in the CSV, where a reader would take it for a row.
    public var total: [Value]?
    /// What the list is about, besides its rows: members of the JSON beside `rows`.
    public var facts: [JSONValue.Member]

    public init(_ columns: [Column], rows: [[Value]] = [], total: [Value]? = nil, facts: [JSONValue.Member] = []) {
        self.columns = columns
        self.rows = rows
        self.total = total
        self.facts = facts
    }
}

extension Listing {
    /// A table for a terminal, thousands separated.
    public var table: String {
        TextTable(
            columns.map { TextTable.Column($0.title, $0.isNumber ? .right : .left) },
            rows: rows.map { $0.map(\.tableText) }, total: total.map { $0.map(\.tableText) }
        ).text
    }

    /// RFC 4180 with a header row. Text that a spreadsheet would run as a formula is defused.
    public var csv: String {
        var text = CSVText.row(columns.map(\.name))
        for row in rows { text += CSVText.row(row.map(\.csvText)) }
        return text
    }

    public var json: JSONValue {
        var members = facts + [.init("rows", .array(rows.map(object)))]
        if let total { members.append(.init("total", object(total))) }
        return .object(members)
    }

    private func object(_ row: [Value]) -> JSONValue {
        .object(zip(columns, row).map { JSONValue.Member($0.name, $1.json) })
    }
}

extension Listing.Value {
    var tableText: String {
        switch self {
        case .text(let text): text.printable
        case .integer(let value): Digits.grouped(value)
        case .decimal(let text): Digits.grouped(text)
        case .flag(let value): value ? "yes" : "no"
        case .none: ""
        }
    }

    var csvText: String {
        switch self {
        case .text(let text): CSVText.defused(text)
        case .integer(let value): String(value)
        case .decimal(let text): text
        case .flag(let value): value ? "true" : "false"
        case .none: ""
        }
    }

    var json: JSONValue {
        switch self {
        case .text(let text): .string(text)
        // JSON readers keep integers exact up to 2⁵³ − 1; larger ones are written as strings.
        case .integer(let value): value.magnitude < 1 << 53 ? .integer(value) : .string(String(value))
        case .decimal(let text): .string(text)
        case .flag(let value): .bool(value)
        case .none: .null
        }
    }
}

extension Optional where Wrapped == String {
    /// The text, or an empty cell.
    public var cell: Listing.Value { map(Listing.Value.text) ?? .none }
}
