import CSQLite

/// A plain SQLite connection, for rows that don't go through the log, and for reading them back.
final class SQLite {
    let connection: OpaquePointer

    init(path: String) throws {
        var connection: OpaquePointer?
        guard sqlite3_open(path, &connection) == SQLITE_OK, let connection else { throw BenchmarkError("can't open \(path)") }
        self.connection = connection
    }

    deinit { sqlite3_close_v2(connection) }

    func execute(_ sql: String) throws {
        guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else { throw failure(sql) }
    }

    func prepare(_ sql: String) throws -> OpaquePointer {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK, let statement else { throw failure(sql) }
        return statement
    }

    /// Binds integers from index 1 on (`nil`: NULL) and runs an insert.
    func insert(_ statement: OpaquePointer, _ values: Int64?...) throws {
        for (index, value) in values.enumerated() {
            if let value {
                sqlite3_bind_int64(statement, Int32(index + 1), value)
            } else {
                sqlite3_bind_null(statement, Int32(index + 1))
            }
        }
        guard sqlite3_step(statement) == SQLITE_DONE else { throw failure("insert") }
        sqlite3_reset(statement)
    }

    /// First column (integer) and second column (text) of every row.
    func pairs(_ sql: String) throws -> [(Int64, String)] {
        let statement = try prepare(sql)
        defer { sqlite3_finalize(statement) }
        var found: [(Int64, String)] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            let text = sqlite3_column_text(statement, 1).map { String(cString: $0) } ?? ""
            found.append((sqlite3_column_int64(statement, 0), text))
        }
        return found
    }

    func failure(_ what: String) -> BenchmarkError {
        BenchmarkError(String(cString: sqlite3_errmsg(connection)) + " in: " + what)
    }
}
