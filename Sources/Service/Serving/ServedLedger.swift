import Store
import Units

/// A ledger that many requests use at once: one writer, a fixed set of readers, and the keys.
public final class ServedLedger: Sendable {
    /// How many threads and how much memory serve it.
    public struct Limits: Sendable {
        public var writer = LedgerWriter.Limits()
        public var readers = 3
        public var waitingReadings = 1000
        /// Reports and drafts may take long; they have threads of their own, so that they never stand before a short
        /// question.
        public var reporters = 2
        public var waitingReports = 32
        public var writerCacheMebibytes = 64
        public var readerCacheMebibytes = 16
        /// The file with the key for secrets; `nil`: beside the database, with `.key` at the end of its name.
        public var secretKeyFile: String?
        /// The folder with what tasks leave behind; `nil`: beside the database, with `.files` at the end of its name.
        public var filesFolder: String?
        /// Streams of events that are taken in at once; each has a thread.
        public var eventStreams = 32

        public init() {}
    }

    public let writer: LedgerWriter
    /// For questions that are answered in milliseconds.
    public let readers: LedgerReaders
    /// For reports and drafts.
    public let reporters: LedgerReaders
    public let keys: KeyRing
    public let closes = RunningCloses()
    /// What the last comparison with the engines found.
    public let reconciliation = ReconciliationFigures()
    /// What runs tasks here.
    public let engines = ConnectedEngines()
    /// Images that tasks wait for.
    public let pulls = PullFigures()
    /// For what must be given back in plain words but not kept in them.
    public let secrets: SecretCipher
    /// What tasks leave behind; `nil` for a ledger in memory.
    public let files: TaskFiles?
    /// Who has agreed to the terms of service.
    public let terms: TermsRing
    public let environment: ServiceEnvironment
    let eventStreams: Slots
    /// How messages leave, and where they may go.
    public let outgoing: Outgoing

    /// Opens a database, which is made if it is missing. Errors: those of `LedgerStore`.
    public init(
        path: String, environment: ServiceEnvironment = .live, limits: Limits = Limits(),
        outgoing: Outgoing = Outgoing()
    ) throws {
        self.environment = environment
        self.outgoing = outgoing
        secrets = SecretCipher(keyFile: limits.secretKeyFile ?? SecretCipher.defaultKeyFile(ofDatabase: path))
        files =
            limits.filesFolder.map(TaskFiles.init(folder:))
            ?? (path == ":memory:" ? nil : TaskFiles(folder: path + ".files"))
        eventStreams = Slots(limits.eventStreams)
        writer = try LedgerWriter(
            path: path, environment: environment, limits: limits.writer, cacheMebibytes: limits.writerCacheMebibytes,
            secrets: secrets)
        do {
            readers = try LedgerReaders(
                name: "readings", path: path, count: limits.readers, capacity: limits.waitingReadings,
                cacheMebibytes: limits.readerCacheMebibytes, environment: environment)
            reporters = try LedgerReaders(
                name: "reports", path: path, count: limits.reporters, capacity: limits.waitingReports,
                cacheMebibytes: limits.readerCacheMebibytes, environment: environment)
            let store = try LedgerStore(path: path, mode: .readOnly, cacheMebibytes: 1)
            keys = KeyRing(try store.tokens())
            terms = TermsRing(try store.agreements())
        } catch {
            writer.close()
            throw error
        }
    }

    /// Notes in the database when keys were last used, as far as it doesn't know; what can't be noted now is noted the
    /// next time.
    public func saveUseOfKeys() async throws {
        let use = keys.takeUnsavedUse()
        guard !use.isEmpty else { return }
        do {
            try await writer.perform { try $0.store.noteUse(of: use) }
        } catch {
            keys.putBackUnsavedUse(use)
            throw error
        }
    }

    /// Makes a key, which holds when this returns. Error: `not_found` when the account isn't registered.
    public func createToken(account: AccountID, user: UserID, role: AccessRole) async throws -> NewToken {
        let made = try await writer.perform { try $0.createToken(account: account, user: user, role: role) }
        keys.put(made.stored)
        return made
    }

    /// Makes a key once, with who asks and why; the kept answer doesn't hold the secret, which is `nil` for a repeat.
    /// Error: `not_found` when the account isn't registered.
    public func createToken(
        account: AccountID, user: UserID, role: AccessRole, by author: Author, once request: RepeatableRequest?,
        answer: @escaping @Sendable (StoredToken) -> StoredAnswer
    ) async throws -> (answer: StoredAnswer, secret: String?) {
        let (answer, made) = try await writer.perform(once: request) { service -> (StoredAnswer, NewToken) in
            let made = try service.createToken(account: account, user: user, role: role, by: author)
            return (answer(made.stored), made)
        }
        if let made { keys.put(made.stored) }
        return (answer, made?.secret)
    }

    /// Takes a key back, with who asks and why: when this returns, it holds no more. Error: `not_found`.
    public func revokeToken(_ token: String, by author: Author) async throws {
        try await writer.perform { try $0.revokeToken(token, by: author) }
        keys.revoke(token, at: environment.now())
    }

    /// Takes a key back: when this returns, it holds no more. Error: `not_found`.
    public func revokeToken(_ token: String) async throws {
        try await writer.perform { try $0.revokeToken(token) }
        keys.revoke(token, at: environment.now())
    }

    /// Finishes what was taken in and closes the database.
    public func close() {
        let use = keys.takeUnsavedUse()
        reporters.close()
        readers.close()
        writer.close(finally: { service in if !use.isEmpty { try? service.store.noteUse(of: use) } })
    }
}
