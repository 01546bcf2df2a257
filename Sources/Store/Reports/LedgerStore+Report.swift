import GRDB
import GRDBSQLite
import Units

extension LedgerStore {
    /// Answers a report on one consistent state, without writing: the connection refuses it.
    /// Errors, in order: `internal` (SQL that SQLite can't prepare), `refused` (no single SELECT, columns that aren't
    /// the promised ones, a parameter that is missing or unknown), `internal` (a value of another type than promised).
    public func report(_ query: ReportQuery) throws -> ReportResult {
        try database.read { connection in
            let statement = try Self.statement(query, connection)
            var rows: [[ReportValue]] = []
            let cursor = try Row.fetchCursor(statement, arguments: try Self.arguments(query, statement))
            while let row = try cursor.next() { rows.append(try Self.values(row, query)) }
            let head = try LogHead.read(StatementCache(connection))
            return ReportResult(columns: query.columns, rows: rows, position: head.size, recordedAt: head.recordedAt)
        }
    }

    private static func statement(_ query: ReportQuery, _ connection: Database) throws -> Statement {
        let statement = try connection.makeStatement(sql: query.sql)
        guard statement.isReadonly, statement.columnCount > 0 else {
            throw StoreError(.refused, "report '\(query.name)' is no SELECT; a report only reads")
        }
        let promised = query.columns.map(\.name)
        guard statement.columnNames == promised else {
            throw StoreError(
                .refused,
                "report '\(query.name)' gives the columns \(statement.columnNames.joined(separator: ", ")) "
                    + "but its heading promises \(promised.joined(separator: ", "))")
        }
        return statement
    }

    private static func arguments(_ query: ReportQuery, _ statement: Statement) throws -> StatementArguments {
        let asked = parameterNames(statement)
        let wrong = Set(asked).symmetricDifference(query.parameters.keys).sorted()
        guard wrong.isEmpty else {
            throw StoreError(
                .refused,
                "the SQL of report '\(query.name)' takes "
                    + (asked.isEmpty ? "no parameters" : asked.joined(separator: ", ")) + "; wrong: "
                    + wrong.joined(separator: ", "))
        }
        return StatementArguments(
            query.parameters.mapValues { value -> (any DatabaseValueConvertible)? in
                switch value {
                case .null: nil
                case .integer(let integer): integer
                case .text(let text): text
                }
            })
    }

    /// Without the colon, in the order in which they first come.
    private static func parameterNames(_ statement: Statement) -> [String] {
        (0..<sqlite3_bind_parameter_count(statement.sqliteStatement)).map { index in
            sqlite3_bind_parameter_name(statement.sqliteStatement, index + 1)
                .map { String(String(cString: $0).dropFirst()) } ?? "?"
        }
    }

    private static func values(_ row: Row, _ query: ReportQuery) throws -> [ReportValue] {
        try zip(row.databaseValues, query.columns).map { value, column in
            switch (value.storage, column.storage) {
            case (.null, _): return .null
            case (.int64(let integer), .integer): return .integer(integer)
            case (.string(let text), .text): return .text(text)
            default:
                throw StoreError(
                    .internal,
                    "report '\(query.name)' promises \(column.storage.rawValue) in \(column.name), but \(value) came; "
                        + "its figures may have left 64 bits")
            }
        }
    }
}
