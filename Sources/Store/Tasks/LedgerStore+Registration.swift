import Billing
import Units

extension LedgerStore {
    /// Plans that a task may name.
    public func planIDs() throws -> Set<PlanID> {
        try read { statements, keys in
            let row = try statements("SELECT DISTINCT plan FROM plan_version")
            var found: Set<PlanID> = []
            while try row.step() { found.insert(try keys.plans.name(of: row.integer(0))) }
            return found
        }
    }

    /// A plan as it is now; `nil` when there is none.
    public func plan(_ id: PlanID) throws -> Plan? {
        try read { statements, keys in try SetUpReader(statements, keys).plans(.max)[id] }
    }

    /// The present name of an account, and since when it is known. Error: `not_found`.
    public func registered(_ account: AccountID) throws -> (name: String, registeredAt: Instant) {
        try read { statements, keys in
            let row = try statements(
                """
                SELECT v.name, e.recorded_at FROM account_version v
                JOIN event e ON e.position = (SELECT min(position) FROM account_version WHERE account = ?1)
                WHERE v.account = ?1 ORDER BY v.position DESC LIMIT 1
                """)
            row.bind(1, try keys.accounts.number(of: account) ?? -1)
            guard try row.step() else { throw StoreError(.notFound, "there is no account \(account)") }
            defer { row.reset() }
            return (row.text(0), Instant(nanoseconds: row.integer(1)))
        }
    }
}
