import Billing
import UsageLedger
import Units

/// Our own events about tasks and accounts that only a server writes: a feed that sends one is refused.
enum OwnTaskEvents {
    static func draft(_ type: LedgerEventType, task: TaskID, user: UserID) -> LedgerEventDraft {
        LedgerEventDraft(type: type, subject: task.text, data: [.init("user", .string(user.text))])
    }

    static func termsAgreed(_ version: String, account: AccountID, user: UserID) -> LedgerEventDraft {
        LedgerEventDraft(
            type: .termsAgreed, subject: account.text,
            data: [.init("user", .string(user.text)), .init("version", .string(version))])
    }

    /// The scheduler has given a task a machine, and is about to make the container of this name there.
    static func placed(_ container: KeptContainer) -> LedgerEventDraft {
        LedgerEventDraft(
            type: .taskPlaced, subject: container.task.text,
            data: [
                .init("attempt", .integer(container.attempt)), .init("container", .string(container.name)),
                .init("host", .string(container.host)),
            ])
    }

    /// A task that was placed has ended although its container never ran.
    /// - Parameter message: for the task's owner.
    static func failed(_ container: KeptContainer, _ outcome: Outcome, message: String) -> LedgerEventDraft {
        LedgerEventDraft(
            type: .taskFailed, subject: container.task.text,
            data: [
                .init("attempt", .integer(container.attempt)), .init("error_message", .string(message)),
                .init("outcome", .string(outcome.rawValue)),
            ],
            privateFields: ["error_message"])
    }

    /// The types that are read back after the usage events, in this order: what takes a task off the lists comes after
    /// what changes its status.
    static let afterUse: [LedgerEventType] = [
        .taskPlaced, .taskFailed, .taskCancelRequested, .taskDeleted, .termsAgreed, .budgetSet, .taskReserved,
        .budgetAlert,
    ]
}

/// Writes what our own events about tasks and accounts mean, when they are recorded and when all is rebuilt.
struct OwnTaskEventWriter {
    let statements: StatementCache
    let keys: Keys
    let rows: TaskRows

    /// Error: `database_corrupt` for a body that `OwnTaskEvents` didn't make.
    func write(_ type: LedgerEventType, _ body: JSONValue, position: Int64) throws {
        guard let subject = body["subject"]?.string, let data = body["data"],
            let time = body["time"]?.string.flatMap({ try? Instant(rfc3339: $0) })
        else { throw StoreError(.corrupt, "the event at position \(position) can't be read; run verify") }
        switch type {
        case .taskCancelRequested, .taskDeleted:
            guard let task = try number(of: subject) else { return }
            try rows.note(type, task: task, at: time)
        case .taskPlaced, .taskFailed:
            guard let task = try number(of: subject) else { return }
            let outcome = data["outcome"]?.string.flatMap(Outcome.init(rawValue:))
            try rows.note(FatedTask(number: task, position: position, time: time, failure: outcome))
        case .termsAgreed:
            let row = try statements("INSERT INTO terms_agreement VALUES (?1,?2,?3,?4,?5)")
            row.bind(1, position)
            row.bind(2, try keys.accounts.numberAddingIfNeeded(of: try AccountID(subject)))
            row.bind(3, try keys.users.numberAddingIfNeeded(of: try UserID(data["user"]?.string ?? "")))
            row.bind(4, data["version"]?.string ?? "")
            row.bind(5, time.nanoseconds)
            try row.run()
        case .budgetSet:
            try budgets.write(BudgetEvents.budget(data), account: try account(subject), position: position)
        case .taskReserved:
            guard let reservation = BudgetEvents.reservation(data), let task = try number(of: subject) else {
                throw StoreError(.corrupt, "the reservation at position \(position) can't be read; run verify")
            }
            try budgets.write(reservation, task: task, position: position)
            rows.hasReservations = true
        case .budgetAlert:
            let row = try statements("INSERT INTO budget_alert VALUES (?1,?2,?3,?4)")
            row.bind(1, try account(subject))
            row.bind(2, Int64(try BillingPeriod(text: data["period"]?.string ?? "").monthNumber))
            row.bind(3, data["threshold_yen"]?.integer)
            row.bind(4, position)
            try row.run()
        default: break
        }
    }

    private var budgets: BudgetRows { BudgetRows(statements: statements, keys: keys) }

    private func account(_ name: String) throws -> Int64 {
        try keys.accounts.numberAddingIfNeeded(of: try AccountID(name))
    }

    private func number(of task: String) throws -> Int64? {
        let find = try statements("SELECT task FROM task WHERE name = ?1")
        find.bind(1, task)
        guard try find.step() else { return nil }
        defer { find.reset() }
        return find.integer(0)
    }
}
