import Billing
import UsageLedger
import Units

extension WriterSession {
    /// Records an event for each threshold that the present month's use has reached and that wasn't told yet.
    func raiseAlerts(of accounts: Set<Int64>, at now: Instant) throws {
        guard !accounts.isEmpty else { return }
        let watched = try alertAccounts ?? budgetRows.accountsWithAlerts()
        alertAccounts = watched
        let period = CivilDay(now).period
        for account in watched.intersection(accounts).sorted() {
            let told = try toldThresholds(account, period)
            let open = try budgetRows.budget(account).alerts.filter { !told.contains($0.amount) }
            guard !open.isEmpty else { continue }
            let id = try keys.accounts.name(of: account)
            let used = try budgetRows.used((id, account), period, until: now, setUp, leavingOutReserved: false)
            for threshold in open where used >= ExactYen(yen: threshold) {
                // The same threshold has the same id, so that it can't be recorded twice.
                let name = "budget:\(id):\(period):\(threshold)"
                let position = try appendOwn(
                    BudgetEvents.budgetAlert(threshold, account: id, period: period, used: used),
                    by: Actor(who: Actor.source, now: now, makeID: { name }, makeSalt: { [] }))
                try enqueue(
                    Notice(
                        .budgetThreshold, account: id, position: position, occurredAt: now,
                        data: [
                            .init("period", .string(period.description)),
                            .init("threshold_yen", .integer(threshold.amount)),
                            .init("used_yen", .string(used.description)),
                        ]), at: now)
            }
        }
    }

    private func toldThresholds(_ account: Int64, _ period: BillingPeriod) throws -> Set<Int64> {
        let row = try statements("SELECT threshold_yen FROM budget_alert WHERE account = ?1 AND month = ?2")
        row.bind(1, account)
        row.bind(2, Int64(period.monthNumber))
        var told: Set<Int64> = []
        while try row.step() { told.insert(row.integer(0)) }
        return told
    }
}

extension LedgerStore {
    /// Looks at all accounts with thresholds: a running task reaches one without any event. Writes nothing when none is
    /// reached.
    public func raiseBudgetAlerts(at now: Instant) throws {
        try write { session in try session.raiseAlerts(of: try session.budgetRows.accountsWithAlerts(), at: now) }
    }
}

/// A threshold that a month's use has reached.
public struct BudgetAlert: Hashable, Sendable {
    public let period: BillingPeriod
    public let threshold: Yen
    /// Of the event that recorded it.
    public let position: Int64
}

extension LedgerStore {
    /// What an account was told, by month and threshold.
    public func budgetAlerts(of account: AccountID) throws -> [BudgetAlert] {
        try read { statements, keys in
            let row = try statements(
                "SELECT month, threshold_yen, position FROM budget_alert WHERE account = ?1 ORDER BY month, 2")
            row.bind(1, try keys.accounts.number(of: account) ?? -1)
            var found: [BudgetAlert] = []
            while try row.step() {
                found.append(
                    BudgetAlert(
                        period: BillingPeriod(monthNumber: Int32(row.integer(0))), threshold: Yen(row.integer(1)),
                        position: row.integer(2)))
            }
            return found
        }
    }
}
