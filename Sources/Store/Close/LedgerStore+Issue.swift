import Billing
import UsageLedger
import Units

/// What stopped an issue. Nothing was written.
public struct GateError: Error, Sendable, CustomStringConvertible {
    public let items: [GateItem]

    public var description: String {
        "the period can't be issued, \(items.count) question\(items.count == 1 ? " is" : "s are") open: "
            + items.prefix(20).map { "\($0.name) (\($0.message))" }.joined(separator: "; ")
            + (items.count > 20 ? "; …" : "")
    }
}

/// What an issue has done.
public enum IssueOutcome: Sendable {
    case issued(Closing)
    /// The month was closed before; nothing was written.
    case alreadyClosed(Closing)
}

/// How a close is asked for.
public struct IssueRequest: Sendable {
    public let period: BillingPeriod
    /// Position up to which events count; `nil`: the end of the log.
    public let logCut: Int64?
    public let issueDay: CivilDay
    /// Gate items that a person accepts, by name, with the reason.
    public let acceptances: [String: String]
    /// Accept every item that can be accepted, with this reason.
    public let acceptEverything: String?

    public init(
        period: BillingPeriod, logCut: Int64? = nil, issueDay: CivilDay, acceptances: [String: String] = [:],
        acceptEverything: String? = nil
    ) {
        self.period = period
        self.logCut = logCut
        self.issueDay = issueDay
        self.acceptances = acceptances
        self.acceptEverything = acceptEverything
    }
}

extension LedgerStore {
    /// Closes a month and issues its documents: one transaction, final (§7). Asked again for a closed month it changes
    /// nothing. Errors, in order: `refused` (month before a closed one, log cut before the last one's or beyond the
    /// log, no issuer), `invalid_issue_day`, `refused` (unknown item to accept), then `GateError` with all open items.
    public func issue(
        _ request: IssueRequest, by actor: Actor, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> IssueOutcome {
        try write { session in
            let closings = try ClosingRows(session.statements).all()
            if let done = closings.first(where: { $0.period == request.period }) { return .alreadyClosed(done) }
            let scope = try CloseScope.read(
                session.statements, session.keys, period: request.period, logCut: request.logCut, eventCut: nil)
            try Self.check(request, scope, closings, session)
            try Self.checkDay(request, today: CivilDay(actor.now))
            let calculation = try CloseCalculation(session.statements, session.keys, scope, progress: progress)
            session.log.begin(at: actor.now)
            try accept(request, calculation, actor, session)
            let logCut = request.logCut ?? session.log.head.size
            let issuing = Issuing(
                session: session, calculation: calculation, actor: actor, issueDay: request.issueDay, logCut: logCut)
            return .issued(try issuing.write())
        }
    }

    private static func check(
        _ request: IssueRequest, _ scope: CloseScope, _ closings: [Closing], _ session: WriterSession
    ) throws {
        if let last = closings.last, request.period < last.period {
            throw StoreError(
                .refused,
                "\(request.period) lies before \(last.period), which is closed; its late use comes on the next "
                    + "invoice by itself"
            )
        }
        if let last = closings.last, scope.logCut < last.logCut {
            throw StoreError(
                .refused,
                "log cut \(scope.logCut) lies before that of the last close (\(last.logCut)); choose a later one")
        }
        // Events recorded later would count as known to a document that never saw them.
        if let asked = request.logCut, asked > scope.logCut {
            throw StoreError(
                .refused,
                "log cut \(asked) lies beyond the end of the log (\(scope.logCut)); choose that or an earlier one")
        }
        // What was returned was known then; a close that doesn't know it would charge it again.
        if let returned = try LastReturn.logCut(session.statements), scope.logCut < returned {
            throw StoreError(
                .refused,
                "log cut \(scope.logCut) lies before that of the last return (\(returned)); choose a later one")
        }
        guard scope.setUp.issuer != nil else {
            throw StoreError(.refused, "no issuer is set up; add `issuer:` to the set-up file and apply it")
        }
    }

    /// The day on the invoices (C21). A month that isn't over is a question of the gate.
    private static func checkDay(_ request: IssueRequest, today: CivilDay) throws {
        let last = request.period.lastDay
        guard today > last else { return }
        let fault = IssueDay.fault(request.issueDay, from: last, "the last day of \(request.period)", today: today)
        if let fault { throw StoreError(.invalidIssueDay, fault) }
    }

    /// Records the acceptances; throws when an item stays open.
    private func accept(
        _ request: IssueRequest, _ calculation: CloseCalculation, _ actor: Actor, _ session: WriterSession
    ) throws {
        let gate = GateCollection(
            statements: session.statements, keys: session.keys, scope: calculation.scope, inputs: calculation.inputs)
        let items = try gate.items(now: actor.now, mixedMonths: calculation.mixedMonths)
        for name in request.acceptances.keys.sorted() where !items.contains(where: { $0.name == name }) {
            throw StoreError(
                .refused,
                "'\(name)' is no open item of \(request.period); see `kanjo close \(request.period)` for the list")
        }
        func reason(_ item: GateItem) -> String? {
            item.canBeAccepted ? request.acceptances[item.name] ?? request.acceptEverything : nil
        }
        let open = items.filter { reason($0) == nil }
        guard open.isEmpty else { throw GateError(items: open) }
        let row = try session.statements("INSERT INTO gate_acceptance VALUES (?1,?2,?3,?4,?5)")
        for item in items {
            guard let reason = reason(item) else { continue }
            let position = try session.append(
                ClosingEvents.gateAccepted(item, who: actor.who, reason: reason), by: actor)
            row.bind(1, position)
            row.bind(2, item.name)
            row.bind(3, item.fingerprint)
            row.bind(4, actor.who)
            row.bind(5, reason)
            try row.run()
        }
    }
}

/// Writes what an issue decided.
private struct Issuing {
    let session: WriterSession
    let calculation: CloseCalculation
    let actor: Actor
    let issueDay: CivilDay
    let logCut: Int64

    func write() throws -> Closing {
        let period = calculation.scope.period
        let logSize = session.log.head.size, logRoot = session.log.head.root
        let rows = DocumentRows(session.statements, session.keys)
        var count = 0
        var payable = Yen.zero
        for (closed, _) in calculation.accounts where closed.totals != nil {
            count += 1
            let invoice = calculation.invoice(
                closed, number: DocumentNumber(period: period, index: count), issueDay: issueDay, logCut: logCut)
            let bytes = invoice.bytes
            let sha256 = Digest.sha256(bytes)
            let position = try session.append(ClosingEvents.documentIssued(invoice, sha256: sha256), by: actor)
            try rows.write(invoice, bytes: bytes, sha256: sha256, position: position)
            payable += invoice.totals.payable
            try session.enqueue(Notice(invoice, position: position, at: actor.now), at: actor.now)
        }
        var closing = Closing(
            position: 0, period: period, logCut: logCut, issueDay: issueDay, rules: calculation.scope.setUp.rules,
            documents: Int64(count), payable: payable)
        let use = try PriceRowUse(session.statements, session.keys).lastDays(calculation)
        closing.position = try session.append(
            ClosingEvents.periodClosed(
                closing, who: actor.who, reason: actor.reason, rowUse: use, logSize: logSize, logRoot: logRoot),
            by: actor)
        try ClosingRows(session.statements).write(closing)
        try PriceRowUse(session.statements, session.keys).write(use)
        try markUnsettled(period)
        let draft = try session.statements("DELETE FROM draft WHERE period = ?1")
        draft.bind(1, Int64(period.monthNumber))
        try draft.run()
        session.closedThrough = period
        try session.log.end()
        return closing
    }

    /// Remembers which months still differ from what is billed.
    private func markUnsettled(_ period: BillingPeriod) throws {
        let mark = try session.statements("INSERT OR IGNORE INTO unsettled_month VALUES (?1, ?2)")
        let clear = try session.statements("DELETE FROM unsettled_month WHERE account = ?1 AND month <= ?2")
        for (closed, number) in calculation.accounts {
            clear.bind(1, number)
            clear.bind(2, Int64(period.monthNumber))
            try clear.run()
            for month in closed.unsettledMonths {
                mark.bind(1, number)
                mark.bind(2, Int64(month.monthNumber))
                try mark.run()
            }
        }
        guard !calculation.scope.isPresent else { return }
        // Events after an earlier log cut are in the sums, but on no document.
        for sql in [
            "INSERT OR IGNORE INTO unsettled_month SELECT DISTINCT account, month FROM usage_month WHERE month <= ?1",
            "INSERT OR IGNORE INTO unsettled_month SELECT DISTINCT account, charge_month FROM document_line "
                + "WHERE charge_month <= ?1",
        ] {
            let all = try session.statements(sql)
            all.bind(1, Int64(period.monthNumber))
            try all.run()
        }
    }
}
