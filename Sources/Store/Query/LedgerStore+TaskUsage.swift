import Billing
import UsageLedger
import Units

/// One task from its events to yen.
public struct TaskUsage: Sendable {
    public struct Event: Hashable, Sendable {
        public let position: Int64
        public let key: EventKey
        /// The CloudEvents type.
        public let type: String
        /// Of which run it tells; `nil` when it tells of the task.
        public let attempt: Int64?
        public let occurredAt: Instant
        public let recordedAt: Instant
        /// SHA-256(0x00 ‖ body): the event's leaf of the log's Merkle tree.
        public let leafHash: [UInt8]
    }

    /// A slice with the price of its day.
    public struct Part: Hashable, Sendable {
        public let attempt: Int64
        public let slice: Slice
        public let gpus: GPUQuantity
        public let usage: Usage
        /// `nil` where no single row prices the day; such a slice isn't billed.
        public let priceRow: PriceRow?
        /// Exact.
        public let amount: ExactYen
    }

    public let task: TaskID
    /// By attempt.
    public let runs: [Run]
    /// By attempt and day.
    public let parts: [Part]
    public let total: UsageSum
    /// In the order of the log.
    public let events: [Event]
    /// Complete up to this position.
    public let position: Int64
    public let recordedAt: Instant
}

extension LedgerStore {
    /// What a task has used until an instant, as the recorded events tell it.
    /// - Parameters:
    ///   - account: only runs of this account; `nil` for all.
    ///   - logCut: as known at this position; `nil`: all that is recorded.
    /// Error: `not_found` for a task unknown then and for one that isn't the account's, alike.
    public func usage(
        ofTask task: TaskID, account: AccountID?, eventCut: Instant, logCut: Int64? = nil
    ) throws -> TaskUsage {
        try read { session in
            let statements = session.statements, keys = session.keys
            let missing = StoreError(.notFound, "there is no task '\(task)'")
            let find = try statements("SELECT task FROM task WHERE name = ?1")
            find.bind(1, task.text)
            let number = try find.step() ? find.integer(0) : -1
            find.reset()
            // An unknown task and another account's take the same steps up to here.
            let head = try LogHead.read(statements), cut = min(logCut ?? head.size, head.size)
            let named = try TaskEvents(statements).namedAccounts(of: number, logCut: cut)
            guard number >= 0, account.map(named.contains) ?? true else { throw missing }
            let setUp = try session.setUp(of: named, logCut: cut)
            let recorded = try HistoryReplay(statements, keys, setUp, logCut: cut).task(number)
            guard !recorded.events.isEmpty, account == nil || recorded.belongs(to: account) else { throw missing }
            let scope = CloseScope(
                period: CivilDay(eventCut).period, logCut: cut, eventCut: eventCut,
                closings: try ClosingRows(statements).all(), setUp: setUp, isPresent: cut == head.size)
            let runs = recorded.history.runs.filter { account == nil || $0.account == account }
            let parts = runs.flatMap { Self.parts(of: $0, scope) }
            var total = UsageSum()
            for part in parts { total.add(part.usage, at: part.priceRow) }
            return TaskUsage(
                task: task, runs: runs, parts: parts, total: total,
                events: try Self.events(recorded, statements), position: cut,
                recordedAt: try Self.recordedAt(cut, statements) ?? head.recordedAt)
        }
    }

    private static func recordedAt(_ position: Int64, _ statements: StatementCache) throws -> Instant? {
        let row = try statements("SELECT recorded_at FROM event WHERE position = ?1")
        row.bind(1, position)
        guard try row.step() else { return nil }
        defer { row.reset() }
        return Instant(nanoseconds: row.integer(0))
    }

    private static func parts(of run: Run, _ scope: CloseScope) -> [TaskUsage.Part] {
        guard let account = run.account, let plan = run.plan, let gpus = run.gpus else { return [] }
        var parts: [TaskUsage.Part] = []
        run.forEachSlice(in: scope, through: scope.period) { slice in
            var row: PriceRow?
            if case .row(let found) = scope.setUp.prices.lookup(account: account, plan: plan, day: slice.day) {
                row = found
            }
            let usage = slice.usage(gpus: gpus)
            parts.append(
                TaskUsage.Part(
                    attempt: run.attempt, slice: slice, gpus: gpus, usage: usage, priceRow: row,
                    amount: row.map { usage.amount(at: $0.price, basis: $0.basis) } ?? .zero))
        }
        return parts
    }

    private static func events(_ recorded: RecordedTask, _ statements: StatementCache) throws -> [TaskUsage.Event] {
        let row = try statements("SELECT recorded_at, leaf_hash FROM event WHERE position = ?1")
        return try recorded.events.map { position, fact in
            row.bind(1, position)
            guard try row.step() else {
                throw StoreError(.corrupt, "there is no event at position \(position); run verify")
            }
            defer { row.reset() }
            return TaskUsage.Event(
                position: position, key: fact.key, type: fact.type.name, attempt: fact.attempt, occurredAt: fact.time,
                recordedAt: Instant(nanoseconds: row.integer(0)), leafHash: row.bytes(1))
        }
    }
}

extension RecordedTask {
    /// Whether a run is the account's, or, before any run, an event names it.
    fileprivate func belongs(to account: AccountID?) -> Bool {
        guard history.runs.isEmpty else { return history.runs.contains { $0.account == account } }
        return events.contains { $0.fact.identity?.account == account }
    }
}
