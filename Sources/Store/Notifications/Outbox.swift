import Billing
import UsageLedger
import Units

/// Something that an account may want to be told: an event of the log.
public struct Notice: Sendable {
    public let eventType: NotificationEventType
    public let account: AccountID
    /// Of the event.
    public let position: Int64
    public let occurredAt: Instant
    /// `nil` when it is about no task.
    public let task: TaskID?
    /// What the message says; nobody's words and no secret.
    public let data: [JSONValue.Member]

    public init(
        _ eventType: NotificationEventType, account: AccountID, position: Int64, occurredAt: Instant,
        task: TaskID? = nil, data: [JSONValue.Member]
    ) {
        self.eventType = eventType
        self.account = account
        self.position = position
        self.occurredAt = occurredAt
        self.task = task
        self.data = data
    }

    /// The message's body, the same for every endpoint.
    var body: [UInt8] {
        JSONValue.object([
            .init("type", .string(eventType.rawValue)), .init("timestamp", .string(occurredAt.description)),
            .init("data", .object([.init("account", .string(account.text))] + data)),
        ]).canonicalBytes
    }
}

extension Notice {
    /// A document was issued. Returns and corrected invoices also tell their kind and what they give back from or
    /// replace; a return's yen are below zero.
    init(_ invoice: Invoice, position: Int64, at instant: Instant) {
        self.init(
            .invoiceIssued, account: invoice.recipient.id, position: position, occurredAt: instant,
            data: [
                .init("invoice", .string(invoice.number?.text ?? "")),
                .init("period", .string(invoice.period.description)),
                .init("issue_day", .string(invoice.issueDay?.description ?? "")),
                .init("payable_yen", .integer(invoice.totals.payable.amount)),
            ]
                + (invoice.original.map {
                    [
                        .init("kind", .string(invoice.kind.rawValue)),
                        .init("original", .string($0.number.text)),
                    ]
                } ?? []))
    }
}

extension Notice {
    /// A task has come to its end.
    init(_ ended: EndedTask, task: TaskID) {
        self.init(
            .taskCompleted, account: ended.account, position: ended.position, occurredAt: ended.updatedAt,
            task: task,
            data: [
                .init("task", .string(task.text)), .init("status", .string(ended.status.rawValue)),
                .init("plan", (ended.plan?.text).map(JSONValue.string) ?? .null),
                .init("created_at", .string(ended.createdAt.description)),
                .init("updated_at", .string(ended.updatedAt.description)),
            ])
    }
}

extension WriterSession {
    /// Writes a message for each endpoint that is to be told, inside the transaction of the event. Again for the same
    /// event, nothing is written. An account without endpoints costs one look into memory.
    func enqueue(_ notice: @autoclosure () -> Notice, at now: Instant) throws {
        let targets = try targetsOfNotifications()
        guard !targets.isEmpty else { return }
        let notice = notice()
        guard let account = try keys.accounts.number(of: notice.account), targets.has(account) else { return }
        let wish = try notice.task.flatMap { try TaskNotification.read($0, account: account, statements) }
        let row = try statements(
            """
            INSERT OR IGNORE INTO webhook_message
            (endpoint, position, event_type, body, created_at, attempts, next_attempt_at) VALUES (?1,?2,?3,?4,?5,0,?5)
            """)
        for endpoint in targets.endpoints(notice.eventType, of: account, wish: wish) {
            row.bind(1, endpoint)
            row.bind(2, notice.position)
            row.bind(3, notice.eventType.rawValue)
            row.bind(4, notice.body)
            row.bind(5, now.nanoseconds)
            try row.run()
            hasNewMessages = true
        }
    }
}

extension LedgerStore {
    /// Writes a message for each endpoint that is to be told, in the transaction that is open (see `transaction`).
    /// Again for the same event, nothing is written.
    public func enqueue(_ notice: Notice, at now: Instant) throws { try write { try $0.enqueue(notice, at: now) } }
}
