import Billing
import UsageLedger
import Units

/// Assembles task histories from the log itself, as known at a position: the slow way that needs no projection.
struct HistoryReplay {
    let statements: StatementCache
    let keys: Keys
    let setUp: SetUp
    let logCut: Int64

    init(_ statements: StatementCache, _ keys: Keys, _ setUp: SetUp, logCut: Int64) {
        self.statements = statements
        self.keys = keys
        self.setUp = setUp
        self.logCut = logCut
    }

    /// Gives each task with events up to the log cut, its history and the positions of its events, in order of task
    /// number.
    /// - Parameter account: only tasks that may have a run of this account; `nil` for all.
    func forEach(account: Int64?, _ body: (RecordedTask) throws -> Void) throws {
        guard let account else { return try forEachTask(body) }
        let events = try TaskEvents(statements)
        for task in try candidates(account) {
            let recorded = try events.recorded(of: task, logCut: logCut)
            guard !recorded.isEmpty else { continue }
            try body(recordedTask(task, try events.taskName(task), recorded))
        }
    }

    /// One task; without events up to the log cut its history is empty.
    func task(_ task: Int64) throws -> RecordedTask {
        let events = try TaskEvents(statements)
        return recordedTask(task, try events.taskName(task), try events.recorded(of: task, logCut: logCut))
    }

    private func recordedTask(_ task: Int64, _ name: TaskID, _ recorded: [(position: Int64, fact: UsageFact)])
        -> RecordedTask
    {
        let history = TaskHistory(
            task: name, facts: recorded.map(\.fact), planTerms: { setUp.plans[$0]?.terms },
            isRegistered: { setUp.accounts.keys.contains($0) })
        return RecordedTask(task: task, history: history, events: recorded)
    }

    private func forEachTask(_ body: (RecordedTask) throws -> Void) throws {
        let names = try TaskEvents(statements)
        let rows = try RawStatementScan(
            statements,
            "SELECT task, position, body FROM event WHERE task IS NOT NULL AND position <= ?1 ORDER BY task, position",
            bind: logCut)
        var task: Int64?
        var recorded: [(position: Int64, fact: UsageFact)] = []
        func finish() throws {
            guard let task else { return }
            try body(recordedTask(task, try names.taskName(task), recorded))
            recorded.removeAll(keepingCapacity: true)
        }
        while let row = try rows.next() {
            if row.integer(0) != task {
                try finish()
                task = row.integer(0)
            }
            let position = row.integer(1)
            recorded.append((position, try row.withBytes(2) { try TaskEvents.fact($0, position) }))
        }
        try finish()
    }

    /// Tasks with a run of the account now, and those whose account may have been another one at the log cut.
    private func candidates(_ account: Int64) throws -> [Int64] {
        let rows = try statements(
            RunRows.tasksOfAccount + " UNION SELECT task FROM event WHERE type = 7 ORDER BY task")
        rows.bind(1, account)
        var tasks: [Int64] = []
        while try rows.step() { tasks.append(rows.integer(0)) }
        return tasks
    }
}

/// A task as its recorded events tell it.
struct RecordedTask {
    let task: Int64
    let history: TaskHistory
    /// In the order of the log.
    let events: [(position: Int64, fact: UsageFact)]

    var positions: [Int64] { events.map(\.position) }
}

/// A reading that other readings may run beside, with a statement of its own.
struct RawStatementScan {
    private let statement: RawStatement

    init(
        _ statements: StatementCache, _ sql: String, bind first: Int64? = nil, _ second: Int64? = nil,
        _ third: Int64? = nil
    ) throws {
        statement = try statements.uncached(sql)
        if let first { statement.bind(1, first) }
        if let second { statement.bind(2, second) }
        if let third { statement.bind(3, third) }
    }

    func next() throws -> RawStatement? { try statement.step() ? statement : nil }
}
