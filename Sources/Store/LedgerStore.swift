import Billing
import GRDB
import UsageLedger
import Units

/// The ledger of one database: the log and its projections. A write method is one domain action and one transaction;
/// what it returns is on disk. Used by one task at a time.
public final class LedgerStore {
    let database: LedgerDatabase
    private var session: WriterSession?
    private var reading: ReaderSession?
    /// While a transaction is open; a method called inside it works on its connection.
    private var openConnection: Database?
    /// What failed inside the open transaction: it may have left half of its work, so nothing of the whole stays.
    private var failureInside: (any Error)?

    public enum Mode: Sendable {
        /// Makes the database if it is missing; one process at a time.
        case readWrite
        case readOnly
    }

    /// Opens and, for writing, migrates. Errors, in order: `database_missing`, `database_read_only`, `database_busy`,
    /// `not_a_kanjo_database`, `newer_schema`.
    /// - Parameters:
    ///   - path: a file, or `:memory:`.
    ///   - cacheMebibytes: memory for pages of the file; many connections of one process share what there is.
    public init(path: String, mode: Mode = .readWrite, cacheMebibytes: Int = 256) throws {
        database = try LedgerDatabase(
            path: path, mode: mode == .readOnly ? .readOnly : .readWrite, cacheMebibytes: cacheMebibytes)
    }

    /// Makes one transaction of all that the body asks of this store: it is on disk when this returns, or nothing of
    /// it. When one of its writes fails the whole fails, even if the body goes on. Reports, `verify` and `rebuild`
    /// have transactions of their own and can't be asked inside.
    public func transaction<Result>(_ body: () throws -> Result) throws -> Result { try write { _ in try body() } }

    /// How long the commit of the last transaction took, its flush to disk included.
    public var lastCommitNanoseconds: Int64 { database.lastCommitNanoseconds }

    /// Runs a body in one transaction with the writer's state, or in the one that is open already.
    func write<Result>(_ body: (WriterSession) throws -> Result) throws -> Result {
        if openConnection != nil, let session {
            do {
                return try body(session)
            } catch {
                failureInside = failureInside ?? error
                throw error
            }
        }
        do {
            return try database.write { connection in
                let current = try session ?? WriterSession(connection)
                session = current
                openConnection = connection
                defer { openConnection = nil }
                let result = try body(current)
                if let failureInside { throw failureInside }
                try current.tellOfEndedTasks()
                return result
            }
        } catch {
            forgetSession()
            failureInside = nil
            throw error
        }
    }

    /// Runs a body on one consistent state of the file, with what earlier readings have prepared.
    func read<Result>(_ body: (ReaderSession) throws -> Result) throws -> Result {
        do {
            if let openConnection { return try read(on: openConnection, body) }
            return try database.read { connection in try read(on: connection, body) }
        } catch {
            // A statement may stand in the middle of its rows.
            reading = nil
            throw error
        }
    }

    private func read<Result>(
        on connection: Database, _ body: (ReaderSession) throws -> Result
    ) throws -> Result {
        let current = try reading ?? ReaderSession(connection)
        reading = current
        return try body(current)
    }

    func read<Result>(_ body: (StatementCache, Keys) throws -> Result) throws -> Result {
        try read { session in try body(session.statements, session.keys) }
    }

    /// Memory may be ahead of the file, or behind it.
    func forgetSession() {
        session = nil
        reading = nil
    }

    /// Whether messages were written since this was asked last.
    public func takeNewMessages() -> Bool {
        defer { session?.hasNewMessages = false }
        return session?.hasNewMessages ?? false
    }

    /// Whether tasks have changed since this was asked last.
    public func takeTaskChanges() -> Bool {
        defer { session?.projector.taskRows.hasChanges = false }
        return session?.projector.taskRows.hasChanges ?? false
    }

    /// Where the log ends now.
    public func head() throws -> LogHead { try read { statements, _ in try LogHead.read(statements) } }

    /// The set-up as known at a position.
    public func setUp(logCut: Int64 = .max) throws -> SetUp {
        try read { statements, keys in try SetUpReader(statements, keys).setUp(logCut: logCut) }
    }

    /// An account's data now; `nil` when it isn't registered.
    public func account(_ id: AccountID) throws -> Account? {
        try read { statements, keys in try SetUpReader(statements, keys).account(id, .max) }
    }

    /// Limits the database to a number of 4 KiB pages, as a full disk would.
    public func limitPages(_ count: Int) throws {
        try database.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(count)") }
    }
}
