import GRDB
import GRDBSQLite

/// A prepared statement of the SQLite C API on a GRDB connection, for the paths where speed counts: a raw statement
/// costs a third of a GRDB record (see docs/decisions). Not thread-safe: used inside one `write` or `read` only.
final class RawStatement {
    private let handle: OpaquePointer
    private let connection: OpaquePointer

    /// SQLITE_TRANSIENT: SQLite copies what is bound.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ database: Database, _ sql: String) throws {
        guard let connection = database.sqliteConnection else {
            throw StoreError(.internal, "the database connection is closed")
        }
        self.connection = connection
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let handle else {
            throw StoreError(sqlite: code, String(cString: sqlite3_errmsg(connection)) + " in: " + sql)
        }
        self.handle = handle
    }

    deinit { sqlite3_finalize(handle) }

    /// Binds from index 1 on; `nil` binds NULL.
    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }
    func bind(_ index: Int32, _ value: Int64?) {
        if let value { sqlite3_bind_int64(handle, index, value) } else { sqlite3_bind_null(handle, index) }
    }
    /// A sum too large for SQLite is bound as text, which a STRICT table refuses: the transaction fails and nothing
    /// traps.
    func bind(_ index: Int32, _ value: Int128) {
        if let fits = Int64(exactly: value) { bind(index, fits) } else { bind(index, value.description) }
    }
    func bind(_ index: Int32, _ text: String) {
        var text = text
        text.withUTF8 { bytes in
            // An empty buffer may have no address, which would bind NULL.
            if bytes.isEmpty {
                sqlite3_bind_text(handle, index, "", 0, Self.transient)
            } else {
                bytes.withMemoryRebound(to: CChar.self) {
                    _ = sqlite3_bind_text(handle, index, $0.baseAddress, Int32(bytes.count), Self.transient)
                }
            }
        }
    }
    /// Binds without copying: the bytes must stay where they are until the statement has run.
    func bind(_ index: Int32, uncopiedText bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return bind(index, "") }
        _ = start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
            sqlite3_bind_text(handle, index, $0, Int32(bytes.count), nil)
        }
    }
    func bind(_ index: Int32, uncopied bytes: UnsafeBufferPointer<UInt8>) {
        sqlite3_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count), nil)
    }
    func bind(_ index: Int32, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { _ = sqlite3_bind_blob(handle, index, $0.baseAddress, Int32($0.count), Self.transient) }
    }
    func bind(_ index: Int32, _ text: String?) {
        if let text { bind(index, text) } else { sqlite3_bind_null(handle, index) }
    }

    /// Runs a statement that gives no row, and makes it ready for the next binding.
    func run() throws {
        let code = sqlite3_step(handle)
        sqlite3_reset(handle)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure(code) }
    }

    /// Moves to the next row; `false` at the end, and then the statement is ready for the next binding.
    func step() throws -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        sqlite3_reset(handle)
        guard code == SQLITE_DONE else { throw failure(code) }
        return false
    }

    /// Ends a reading before its last row.
    func reset() { sqlite3_reset(handle) }

    /// Rows that the last insert, update or delete of the connection changed.
    var changes: Int32 { sqlite3_changes(connection) }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
    func optionalInteger(_ column: Int32) -> Int64? {
        sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : sqlite3_column_int64(handle, column)
    }
    func text(_ column: Int32) -> String {
        guard let bytes = sqlite3_column_text(handle, column) else { return "" }
        return String(
            decoding: UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(handle, column))), as: UTF8.self
        )
    }
    func optionalText(_ column: Int32) -> String? {
        sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : text(column)
    }
    /// The bytes of a BLOB, valid until the next step or reset.
    func withBytes<Result>(_ column: Int32, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        let count = Int(sqlite3_column_bytes(handle, column))
        let start = sqlite3_column_blob(handle, column)?.assumingMemoryBound(to: UInt8.self)
        return try body(UnsafeBufferPointer(start: start, count: count))
    }
    func bytes(_ column: Int32) -> [UInt8] { withBytes(column) { Array($0) } }

    private func failure(_ code: Int32) -> StoreError {
        StoreError(sqlite: sqlite3_extended_errcode(connection), String(cString: sqlite3_errmsg(connection)))
    }
}

/// Prepared statements of one connection by their SQL, each prepared once.
final class StatementCache {
    private let database: Database
    private var statements: [String: RawStatement] = [:]

    init(_ database: Database) { self.database = database }

    func callAsFunction(_ sql: String) throws -> RawStatement {
        if let known = statements[sql] { return known }
        let made = try RawStatement(database, sql)
        statements[sql] = made
        return made
    }

    /// A statement of its own, for a scan during which the same SQL may run again.
    func uncached(_ sql: String) throws -> RawStatement { try RawStatement(database, sql) }
}
