import Billing
import GRDB
import UsageLedger
import Units

/// Everything that the writing connection keeps between transactions: prepared statements, keys, the head and the
/// set-up. Thrown away after a failed transaction, because then memory may be ahead of the file.
final class WriterSession {
    let statements: StatementCache
    let keys: Keys
    let log: EventLog
    let projector: UsageProjector
    private(set) var setUp: SetUp
    /// Accounts that want to be told of thresholds; `nil`: to be read.
    var alertAccounts: Set<Int64>?
    var closedThrough: BillingPeriod? {
        didSet { projector.closedThrough = closedThrough }
    }
    /// Dense number of each task seen lately.
    private var taskNumbers: [TaskID: Int64] = [:]
    private var nextTask: Int64
    private var notificationTargets: NotificationTargets?
    /// Tasks that came to their end in the present transaction.
    private var endedTasks: [EndedTask] = []
    /// Messages were written that no sender has heard of.
    var hasNewMessages = false
    private let findTask: RawStatement
    private let insertTask: RawStatement

    init(_ database: Database) throws {
        statements = StatementCache(database)
        keys = try Keys(statements)
        log = try EventLog(statements, keys)
        setUp = try SetUpReader(statements, keys).setUp()
        projector = try UsageProjector(statements, keys, setUp: setUp)
        closedThrough = try ClosingRows(statements).last?.period
        projector.closedThrough = closedThrough
        let last = try statements("SELECT coalesce(max(task), 0) FROM task")
        _ = try last.step()
        nextTask = last.integer(0) + 1
        last.reset()
        findTask = try statements("SELECT task FROM task WHERE name = ?1")
        insertTask = try statements("INSERT INTO task VALUES (?1, ?2)")
        projector.taskRows.whenEnded = { [unowned self] in endedTasks.append($0) }
    }

    /// The set-up tables have changed.
    func reloadSetUp() throws {
        setUp = try SetUpReader(statements, keys).setUp()
        projector.use(setUp)
    }

    /// Which accounts want to be told what; in memory, so that an account that wants nothing costs nothing.
    func targetsOfNotifications() throws -> NotificationTargets {
        if let notificationTargets { return notificationTargets }
        let read = try NotificationTargets(statements)
        notificationTargets = read
        return read
    }

    /// Tells of the tasks that have ended; the last step of a transaction.
    func tellOfEndedTasks() throws {
        guard !endedTasks.isEmpty else { return }
        defer { endedTasks.removeAll(keepingCapacity: true) }
        let events = try TaskEvents(statements)
        for ended in endedTasks where try wantsToBeTold(ended.account) {
            let name = try events.taskName(ended.number)
            try enqueue(Notice(ended, task: name), at: log.head.recordedAt)
        }
    }

    private func wantsToBeTold(_ account: AccountID) throws -> Bool {
        let targets = try targetsOfNotifications()
        guard !targets.isEmpty, let number = try keys.accounts.number(of: account) else { return false }
        return targets.has(number)
    }

    /// Endpoints or settings have changed.
    func forgetNotificationTargets() { notificationTargets = nil }

    /// The task's number; for a new one the number that it gets when its first event is appended.
    func taskNumber(_ name: TaskID) throws -> (number: Int64, isNew: Bool) {
        if let known = taskNumbers[name] { return (known, false) }
        findTask.bind(1, name.text)
        guard try findTask.step() else { return (nextTask, true) }
        let number = findTask.integer(0)
        findTask.reset()
        remember(name, number)
        return (number, false)
    }

    func addTask(_ name: TaskID) throws {
        insertTask.bind(1, nextTask)
        insertTask.bind(2, name.text)
        try insertTask.run()
        remember(name, nextTask)
        nextTask += 1
    }

    private func remember(_ name: TaskID, _ number: Int64) {
        if taskNumbers.count >= 200_000 { taskNumbers.removeAll(keepingCapacity: true) }
        taskNumbers[name] = number
    }
}
