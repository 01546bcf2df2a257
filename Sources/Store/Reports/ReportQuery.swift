import Units

/// A value that a report is asked with, or answers with.
public enum ReportValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
}

/// One question in SQL, as the store runs it: a single SELECT, its parameters bound by name, and the columns that it
/// promises.
public struct ReportQuery: Sendable {
    public struct Column: Hashable, Sendable {
        public enum Storage: String, Sendable {
            case integer
            case text
        }

        public let name: String
        public let storage: Storage

        public init(name: String, storage: Storage) {
            self.name = name
            self.storage = storage
        }
    }

    /// For messages.
    public let name: String
    public let sql: String
    public let columns: [Column]
    /// Every parameter of the SQL, without the colon.
    public let parameters: [String: ReportValue]

    public init(name: String, sql: String, columns: [Column], parameters: [String: ReportValue]) {
        self.name = name
        self.sql = sql
        self.columns = columns
        self.parameters = parameters
    }
}

/// The answer, complete up to its watermark.
public struct ReportResult: Hashable, Sendable {
    public let columns: [ReportQuery.Column]
    public let rows: [[ReportValue]]
    /// All events up to this position, recorded until `recordedAt`, are in it.
    public let position: Int64
    public let recordedAt: Instant
}
