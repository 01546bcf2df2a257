import CSQLiteSettings
import GRDB
import GRDBSQLite
import Schema

#if canImport(Glibc)
    import Glibc
#endif

/// One connection to a Kanjo database: opened, checked and migrated. The only connection that writes is guarded by a
/// lock file, so that no second process can write or checkpoint beside it.
final class LedgerDatabase {
    enum Mode: Hashable, Sendable {
        /// Makes the database if it is missing.
        case readWrite
        case readOnly
    }

    /// "Knj1" in the file's header, so that another program's database is never taken for ours.
    static let applicationID: Int32 = 0x4B6E_6A31

    /// SQLite counts its memory under a lock with every allocation, which nobody asks for and an ingest pays for.
    /// Set once in a process, before its first connection; later it is refused and changes nothing.
    private static let withoutMemoryStatus = sqlite3_config_memory_status(0)

    let queue: DatabaseQueue
    /// Of the last transaction, its flush to disk included.
    private(set) var lastCommitNanoseconds: Int64 = 0
    private let lock: WriterLock?

    /// Errors, in order: `database_missing`, `database_read_only`, `database_busy`, `not_a_kanjo_database`,
    /// `newer_schema`.
    /// - Parameter path: a file, or `:memory:`.
    init(path: String, mode: Mode, cacheMebibytes: Int) throws {
        _ = Self.withoutMemoryStatus
        let isMemory = path == ":memory:"
        if mode == .readOnly, !isMemory, access(path, F_OK) != 0 {
            throw StoreError(
                .missing, "there is no database at \(path); make one with `kanjo apply`, or name another with --db")
        }
        lock = mode == .readWrite && !isMemory ? try WriterLock(databasePath: path) : nil
        var configuration = Configuration()
        configuration.readonly = mode == .readOnly
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            ReportFunctions.add(to: database)
            try database.execute(
                sql: "PRAGMA recursive_triggers = ON; PRAGMA cache_size = -\(cacheMebibytes * 1024); PRAGMA "
                    + "temp_store = MEMORY; PRAGMA mmap_size = 0")
            if mode == .readOnly { try database.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
        }
        do {
            queue =
                try isMemory
                ? DatabaseQueue(configuration: configuration) : DatabaseQueue(path: path, configuration: configuration)
            try Self.check(queue, path: path)
            if mode == .readWrite {
                try Self.makeDurable(queue, isMemory: isMemory)
                try Self.migrate(queue)
            }
        } catch let error as DatabaseError {
            throw StoreError(error)
        }
    }

    /// Refuses a database of another program, or of a newer Kanjo.
    private static func check(_ queue: DatabaseQueue, path: String) throws {
        try queue.read { database in
            let identifier = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
            guard identifier == applicationID || (identifier == 0 && tables == 0 && !database.configuration.readonly)
            else {
                throw StoreError(.notAKanjoDatabase, "\(path) is no Kanjo database; name another one with --db")
            }
            guard version <= Schema.migrations.count else {
                throw StoreError(
                    .newerSchema,
                    "\(path) has schema \(version), this program knows \(Schema.migrations.count); use the "
                        + "newer kanjo that wrote it"
                )
            }
            if database.configuration.readonly, version < Schema.migrations.count {
                throw StoreError(
                    .newerSchema,
                    "\(path) has the older schema \(version); run a command that writes, such as `kanjo apply`, "
                        + "to bring it up"
                )
            }
        }
    }

    /// GRDB sets NORMAL on a WAL writer after `prepareDatabase`, so FULL is set after opening, and read back.
    private static func makeDurable(_ queue: DatabaseQueue, isMemory: Bool) throws {
        try queue.writeWithoutTransaction { database in
            if !isMemory { try database.execute(sql: "PRAGMA journal_mode = WAL") }
            try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000")
            guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2 else {
                throw StoreError(
                    .internal, "SQLite refuses synchronous=FULL; nothing that it acknowledged would be safe")
            }
        }
    }

    private static func migrate(_ queue: DatabaseQueue) throws {
        try queue.writeWithoutTransaction { database in
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            for (index, migration) in Schema.migrations.enumerated().dropFirst(version) {
                try database.inTransaction(.immediate) {
                    try database.execute(sql: migration.sql)
                    try database.execute(
                        sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(index + 1)")
                    return .commit
                }
            }
        }
    }

    /// Runs a body in one `IMMEDIATE` transaction: all of it is on disk when this returns, or nothing of it.
    func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
        do {
            var result: Result?
            var bodyEnd = ContinuousClock.now
            try queue.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    result = try body(database)
                    bodyEnd = .now
                    return .commit
                }
            }
            let commit = bodyEnd.duration(to: .now).components
            lastCommitNanoseconds = commit.seconds * 1_000_000_000 + commit.attoseconds / 1_000_000_000
            return result!
        } catch let error as DatabaseError {
            throw StoreError(error)
        }
    }

    /// Runs a body on one consistent state; it may make temporary tables, and whatever else it would write is rolled
    /// back.
    func examine<Result>(_ body: (Database) throws -> Result) throws -> Result {
        do {
            var result: Result?
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA foreign_keys = OFF; PRAGMA temp_store = FILE")
                defer { try? database.execute(sql: "PRAGMA foreign_keys = ON") }
                try database.inTransaction(.deferred) {
                    result = try body(database)
                    return .rollback
                }
            }
            return result!
        } catch let error as DatabaseError {
            throw StoreError(error)
        }
    }

    /// Runs a body on one consistent state.
    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        do {
            return try queue.read(body)
        } catch let error as DatabaseError {
            throw StoreError(error)
        }
    }
}
