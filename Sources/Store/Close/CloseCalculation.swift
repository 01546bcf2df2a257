import Billing
import UsageLedger
import Units

/// A period calculated for every account with something to bill or settle: the same for draft, issue, preview and
/// rebuild.
struct CloseCalculation {
    let scope: CloseScope
    let inputs: AccountInputs
    /// In the order of account ids; accounts without use or differences are left out.
    private(set) var accounts: [(closed: ClosedAccount, number: Int64)] = []
    private(set) var mixedMonths: [(account: AccountID, month: BillingPeriod)] = []

    init(
        _ statements: StatementCache, _ keys: Keys, _ scope: CloseScope, only account: AccountID? = nil,
        lookups: PriceLookups? = nil, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        self.scope = scope
        inputs = try AccountInputs(statements, keys, scope, only: account, lookups: lookups)
        accounts.reserveCapacity(inputs.accounts.count)
        for (index, account) in inputs.accounts.enumerated() {
            var closed = closeAccount(
                try inputs.input(account), rules: scope.setUp.rules,
                taxCategory: scope.setUp.accounts[account.id]?.taxCategory ?? .standard)
            try Causes(statements, keys, scope).fill(&closed.lines, account: account.number)
            mixedMonths += closed.mixedMonths.map { (account.id, $0) }
            accounts.append((closed, account.number))
            if index % 1000 == 999 { progress(index + 1, inputs.accounts.count) }
        }
        progress(inputs.accounts.count, inputs.accounts.count)
    }

    /// What the documents would say, numbered from 1 in order.
    func invoice(_ closed: ClosedAccount, number: DocumentNumber?, issueDay: CivilDay?, logCut: Int64) -> Invoice {
        Invoice(
            closed, cuts: CloseCuts(logCut: logCut, eventCut: scope.eventCut, issueDay: issueDay), number: number,
            rules: scope.setUp.rules, setUp: scope.setUp,
            issuer: scope.setUp.issuer ?? Issuer(name: "", registrationNumber: ""))
    }
}

/// Names the events that caused a correction: recorded after the last issue, of tasks whose units have changed since
/// (§8).
struct Causes {
    private let statements: StatementCache
    private let keys: Keys
    private let scope: CloseScope

    init(_ statements: StatementCache, _ keys: Keys, _ scope: CloseScope) {
        self.statements = statements
        self.keys = keys
        self.scope = scope
    }

    /// O(events of the account's tasks), and only for an account with a correction.
    func fill(_ lines: inout [Line], account: Int64) throws {
        guard let last = scope.closings.last, lines.contains(where: { $0.lineClass == .correction }) else {
            return
        }
        let setUpThen = try SetUpReader(statements, keys).setUp(logCut: last.logCut)
        // Another account's task may have become this one's.
        let setUpNow =
            scope.isOfOneAccount ? try SetUpReader(statements, keys).setUp(logCut: scope.logCut) : scope.setUp
        let then = HistoryReplay(statements, keys, setUpThen, logCut: last.logCut)
        let lookupsThen = PriceLookups(setUpThen.prices, keys), lookupsNow = PriceLookups(setUpNow.prices, keys)
        var causes: [Part: Set<Int64>] = [:]
        try HistoryReplay(statements, keys, setUpNow, logCut: scope.logCut).forEach(account: account) { recorded in
            let late = recorded.positions.filter { $0 > last.logCut }
            guard !late.isEmpty else { return }
            let now = try parts(recorded.history, account, lookupsNow)
            let before = try parts(try then.task(recorded.task).history, account, lookupsThen)
            for part in Set(now.keys).union(before.keys) where now[part] != before[part] {
                causes[part, default: []].formUnion(late)
            }
        }
        for index in lines.indices where lines[index].lineClass == .correction {
            guard let rate = lines[index].rate else { continue }
            let part = Part(month: lines[index].chargeMonth, rate: rate)
            let prices = lines[index].priceRows.filter { $0 > last.logCut }
            lines[index].difference?.causes = (causes[part] ?? []).union(prices).sorted()
        }
    }

    private struct Part: Hashable {
        let month: BillingPeriod
        let rate: RateKey
    }

    private func parts(_ history: TaskHistory, _ account: Int64, _ lookups: PriceLookups) throws -> [Part: Int128] {
        var sums: [Part: Int128] = [:]
        for run in history.runs {
            guard let gpus = run.gpus, let plan = try run.plan.flatMap(keys.plans.number),
                try run.account.flatMap(keys.accounts.number) == account
            else { continue }
            var slices: [Slice] = []
            run.forEachSlice(in: scope, through: scope.period) { slices.append($0) }
            for slice in slices {
                guard let row = lookups.rows[try lookups.row(account: account, plan: plan, day: slice.day)] else {
                    continue
                }
                let part = Part(
                    month: slice.day.period, rate: RateKey(plan: row.plan, price: row.price, basis: row.basis))
                sums[part, default: 0] += slice.usage(gpus: gpus).unitThousandths(row.basis)
            }
        }
        return sums
    }
}
