import Billing
import Schema
import UsageLedger
import Units

/// Makes every projection again from the log, in whatever tables the connection's names lead to.
struct ProjectionRebuild {
    /// In an order in which rows may be deleted. `draft` is no projection of the log and stays.
    static let tables = [
        "log_head", "log_subtree", "issuer_version", "account_user", "account_version", "plan_version",
        "price_row_end", "price_row_use", "price_row", "credit", "rules_version", "gate_acceptance", "open_run",
        "stopped_run",
        "usage_day", "usage_month", "coverage", "document_line", "document_end", "closing", "unsettled_month",
        "compute_task", "compute_task_count", "terms_agreement",
        "budget_version", "reservation", "budget_alert", "payment_part", "payment",
    ]

    private let statements: StatementCache
    private let keys: Keys
    private let progress: (_ done: Int64, _ total: Int64) -> Void

    init(_ statements: StatementCache, _ keys: Keys, progress: @escaping (_ done: Int64, _ total: Int64) -> Void) {
        self.statements = statements
        self.keys = keys
        self.progress = progress
    }

    /// Fills empty tables. O(log).
    func run() throws {
        try rebuildHead()
        try rebuildOwnStreams()
        try rebuildUse()
        try rebuildOwnTaskEvents()
        try rebuildDocumentLines()
        try markUnsettled()
    }

    func empty() throws {
        for table in Self.tables { try statements("DELETE FROM \(table)").run() }
    }

    private func rebuildHead() throws {
        var head = LogHead(size: 0, recordedAt: Instant(nanoseconds: 0), frontier: MerkleFrontier())
        let subtrees = LogSubtrees(statements)
        let rows = try RawStatementScan(
            statements, "SELECT position, recorded_at, leaf_hash FROM event ORDER BY position")
        while let row = try rows.next() {
            head.size = row.integer(0)
            head.recordedAt = Instant(nanoseconds: row.integer(1))
            var completed: [MerkleSubtree] = []
            head.frontier.append(leafHash: row.bytes(2)) { completed.append($0) }
            for subtree in completed { try subtrees.write(subtree) }
        }
        guard head.size == head.frontier.size else {
            throw StoreError(
                .corrupt, "the log has \(head.frontier.size) events but ends at position \(head.size); restore a backup"
            )
        }
        if head.size > 0 { try head.write(statements) }
    }

    /// Set-up, acceptances and closes, in the order of the log.
    private func rebuildOwnStreams() throws {
        let setUp = SetUpWriter(statements, keys)
        let closings = ClosingRows(statements), use = PriceRowUse(statements, keys)
        let accept = try statements("INSERT INTO gate_acceptance VALUES (?1,?2,?3,?4,?5)")
        let rows = try RawStatementScan(
            statements, "SELECT position, type, body FROM event WHERE task IS NULL AND type <> 30 ORDER BY position")
        while let row = try rows.next() {
            let position = row.integer(0)
            guard let type = LedgerEventType(rawValue: Int(row.integer(1))),
                let body = try? JSONValue(parsing: row.bytes(2))
            else {
                throw StoreError(.corrupt, "the event at position \(position) can't be read; run verify")
            }
            let texts = try privateTexts(position)
            switch type {
            // Claims, cards and charges are read from the log itself.
            case .documentIssued, .documentVoided, .schedulerClaim, .tokenCreated, .tokenRevoked, .cardStored,
                .chargeRequested, .chargeDeclined:
                break
            case .periodClosed:
                guard let (closing, rowUse) = ClosingEvents.closing(body, position: position) else {
                    throw StoreError(.corrupt, "the close at position \(position) can't be read; run verify")
                }
                try closings.write(closing)
                try use.write(rowUse)
            case .payment:
                guard let payment = Payment(body: body) else {
                    throw StoreError(.corrupt, "the payment at position \(position) can't be read; run verify")
                }
                try PaymentRows(statements, keys).write(payment, position: position)
            case .gateAcceptance:
                let (item, data) = (body["subject"]?.string ?? "", body["data"])
                accept.bind(1, position)
                accept.bind(2, item)
                accept.bind(3, ClosingEvents.bytes(hexadecimal: data?["fingerprint"]?.string ?? ""))
                accept.bind(4, data?["who"]?.string ?? "")
                accept.bind(5, texts["reason"] ?? "")
                try accept.run()
            case .taskCancelRequested, .taskDeleted, .termsAgreed, .budgetSet, .taskReserved, .budgetAlert, .taskPlaced,
                .taskFailed:
                break
            default:
                guard let change = SetUpChange(type: type, body: body, position: position, privateTexts: texts) else {
                    throw StoreError(.corrupt, "the set-up event at position \(position) can't be read; run verify")
                }
                try setUp.write(change, position: position)
            }
        }
    }

    private func rebuildUse() throws {
        let setUp = try SetUpReader(statements, keys).setUp()
        let projector = try UsageProjector(statements, keys, setUp: setUp)
        var done: Int64 = 0
        var sinceFlush = 0
        let total = try LogHead.read(statements).size
        try HistoryReplay(statements, keys, setUp, logCut: .max).forEach(account: nil) { recorded in
            try projector.projectAnew(recorded)
            done += Int64(recorded.events.count)
            sinceFlush += 1
            guard sinceFlush >= 10_000 else { return }
            sinceFlush = 0
            try projector.flush()
            progress(done, total)
        }
        try projector.flush()
        progress(total, total)
    }

    /// Those that hang on the rows of tasks.
    private func rebuildOwnTaskEvents() throws {
        let rows = TaskRows(statements, keys)
        let writer = OwnTaskEventWriter(statements: statements, keys: keys, rows: rows)
        for type in OwnTaskEvents.afterUse {
            let events = try RawStatementScan(
                statements, "SELECT position, body FROM event WHERE task IS NULL AND type = ?1 ORDER BY position",
                bind: Int64(type.rawValue))
            while let event = try events.next() {
                let position = event.integer(0)
                guard let body = try? JSONValue(parsing: event.bytes(1)) else {
                    throw StoreError(.corrupt, "the event at position \(position) can't be read; run verify")
                }
                try writer.write(type, body, position: position)
            }
        }
        try rows.flush()
    }

    private func rebuildDocumentLines() throws {
        let ends = DocumentEnds(statements, keys)
        let rows = try RawStatementScan(statements, "SELECT position, number, body FROM document ORDER BY position")
        while let row = try rows.next() {
            guard let invoice = Invoice(bytes: row.bytes(2)) else {
                throw StoreError(.corrupt, "document \(row.text(1)) can't be read; run verify")
            }
            try ends.issued(invoice, position: row.integer(0))
        }
        let voids = try RawStatementScan(
            statements, "SELECT position, body FROM event WHERE task IS NULL AND type = ?1 ORDER BY position",
            bind: Int64(LedgerEventType.documentVoided.rawValue))
        while let row = try voids.next() {
            guard let number = (try? JSONValue(parsing: row.bytes(1)))?["subject"]?.string else {
                throw StoreError(.corrupt, "the event at position \(row.integer(0)) can't be read; run verify")
            }
            try ends.voided(number, at: row.integer(0))
        }
    }

    /// Every closed month of every account: the next close finds out which of them differ.
    private func markUnsettled() throws {
        guard let closed = try ClosingRows(statements).last?.period else { return }
        for source in [
            "SELECT DISTINCT account, month FROM usage_month",
            "SELECT DISTINCT account, charge_month FROM document_line",
        ] {
            let column = source.contains("charge_month") ? "charge_month" : "month"
            let mark = try statements("INSERT OR IGNORE INTO unsettled_month \(source) WHERE \(column) <= ?1")
            mark.bind(1, Int64(closed.monthNumber))
            try mark.run()
        }
        let mark = try statements("INSERT OR IGNORE INTO unsettled_month VALUES (?1, ?2)")
        let open = try RawStatementScan(
            statements,
            "SELECT account, started_at FROM open_run WHERE account <> 0 AND started_at IS NOT NULL"
        )
        while let row = try open.next() {
            var month = CivilDay(Instant(nanoseconds: row.integer(1))).period
            while month <= closed {
                mark.bind(1, row.integer(0))
                mark.bind(2, Int64(month.monthNumber))
                try mark.run()
                month = month.next
            }
        }
    }

    private func privateTexts(_ position: Int64) throws -> [String: String] {
        let rows = try statements("SELECT field, text FROM private_text WHERE position = ?1")
        rows.bind(1, position)
        var found: [String: String] = [:]
        while try rows.step() {
            if let text = (try? JSONValue(parsing: rows.bytes(1)))?.string { found[rows.text(0)] = text }
        }
        return found
    }
}

extension LedgerStore {
    /// Drops every projection and makes it again from the log: one transaction. Nothing that a query or a close answers
    /// changes. O(log).
    public func rebuild(progress: @escaping (_ done: Int64, _ total: Int64) -> Void = { _, _ in }) throws {
        try write { session in
            let rebuild = ProjectionRebuild(session.statements, session.keys, progress: progress)
            try rebuild.empty()
            try rebuild.run()
        }
        forgetSession()
    }
}
