import Billing
import UsageLedger
import Units

/// What a close would do: repeatable, without numbers.
public struct CloseDraft: Sendable {
    public struct Account: Hashable, Sendable {
        public let account: AccountID
        /// `nil` when the account gets no document: its lines are below the minimum, or there are none.
        public let totals: InvoiceTotals?
        public let lineCount: Int
    }

    /// A difference with the last draft.
    public struct Change: Hashable, Sendable {
        public let account: AccountID
        public let before: Yen?
        public let now: Yen?
    }

    public let period: BillingPeriod
    public let logCut: Int64
    public let draftedAt: Instant
    /// In the order of account ids.
    public let accounts: [Account]
    /// What stops an issue, by name; accepted items are left out.
    public let gate: [GateItem]
    /// Every usage event up to the log cut, by class.
    public let coverage: [CoverageClass: Int64]
    /// All usage events up to the log cut; the classes add up to it.
    public let usageEvents: Int64
    /// Accounts whose payable sum has changed since the last draft; `nil` when there was none.
    public var changes: [Change]?

    public var documents: Int { accounts.count { $0.totals != nil } }
    public var payable: Yen { accounts.reduce(into: .zero) { $0 += $1.totals?.payable ?? .zero } }
    public var tax: Yen { accounts.reduce(into: .zero) { $0 += $1.totals?.tax ?? .zero } }
}

extension LedgerStore {
    /// Calculates a period without closing it. Nothing is written.
    /// O(accounts with use + open runs + anomalies) at the end of the log, O(events) as of an earlier position.
    public func draft(
        period: BillingPeriod, logCut: Int64? = nil, now: Instant,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> CloseDraft {
        try read { statements, keys in
            let scope = try CloseScope.read(statements, keys, period: period, logCut: logCut, eventCut: nil)
            let calculation = try CloseCalculation(statements, keys, scope, progress: progress)
            let gate = try GateCollection(statements: statements, keys: keys, scope: scope, inputs: calculation.inputs)
                .items(now: now, mixedMonths: calculation.mixedMonths)
            let coverage = try CoverageCount(statements, keys, scope, calculation.inputs).counts()
            var draft = CloseDraft(
                period: period, logCut: scope.logCut, draftedAt: now,
                accounts: calculation.accounts.map {
                    CloseDraft.Account(
                        account: $0.closed.account, totals: $0.closed.totals, lineCount: $0.closed.lines.count)
                },
                gate: gate, coverage: coverage.byClass, usageEvents: coverage.total, changes: nil)
            draft.changes = try LastDraft(statements).changes(to: draft)
            return draft
        }
    }

    /// Remembers a draft, so that the next one can tell what has changed.
    public func remember(_ draft: CloseDraft) throws { try write { try LastDraft($0.statements).write(draft) } }
}

/// The stored last draft of each period.
private struct LastDraft {
    private let statements: StatementCache

    init(_ statements: StatementCache) { self.statements = statements }

    func changes(to draft: CloseDraft) throws -> [CloseDraft.Change]? {
        let row = try statements("SELECT totals FROM draft WHERE period = ?1")
        row.bind(1, Int64(draft.period.monthNumber))
        guard try row.step() else { return nil }
        defer { row.reset() }
        var before: [AccountID: Yen] = [:]
        for line in row.text(0).split(separator: "\n") {
            let parts = line.split(separator: " ")
            if parts.count == 2, let account = try? AccountID(String(parts[0])), let yen = Int64(parts[1]) {
                before[account] = Yen(yen)
            }
        }
        var changes: [CloseDraft.Change] = []
        for account in draft.accounts {
            let old = before.removeValue(forKey: account.account), new = account.totals?.payable
            if old != new { changes.append(.init(account: account.account, before: old, now: new)) }
        }
        changes += before.map { .init(account: $0.key, before: $0.value, now: nil) }
        return changes.sorted { $0.account < $1.account }
    }

    func write(_ draft: CloseDraft) throws {
        let row = try statements("INSERT OR REPLACE INTO draft VALUES (?1, ?2, ?3, ?4)")
        row.bind(1, Int64(draft.period.monthNumber))
        row.bind(2, draft.draftedAt.nanoseconds)
        row.bind(3, draft.logCut)
        row.bind(
            4,
            draft.accounts.compactMap { account in account.totals.map { "\(account.account) \($0.payable)" } }.joined(
                separator: "\n"))
        try row.run()
    }
}
