import Billing
import UsageLedger
import Units

/// Reads the set-up as it was known at a position of the log.
struct SetUpReader {
    private let statements: StatementCache
    private let keys: Keys

    init(_ statements: StatementCache, _ keys: Keys) {
        self.statements = statements
        self.keys = keys
    }

    /// O(accounts + plans + price rows + credits).
    func setUp(logCut: Int64 = .max) throws -> SetUp {
        SetUp(
            issuer: try issuer(logCut), accounts: try accounts(logCut), users: try users(logCut),
            plans: try plans(logCut),
            prices: PriceBook(try prices(logCut)), credits: try credits(logCut), rules: try rules(logCut))
    }

    func rules(_ logCut: Int64) throws -> BillingRules {
        let row = try statements("SELECT * FROM rules_version WHERE position <= ?1 ORDER BY position DESC LIMIT 1")
        row.bind(1, logCut)
        guard try row.step() else { return .standard }
        defer { row.reset() }
        return BillingRules(
            version: row.integer(1), invoiceMinimumYen: row.integer(2), graceHours: row.integer(3),
            runawaySilence: RunawaySilence(minutes: row.optionalInteger(4)))
    }

    func issuer(_ logCut: Int64) throws -> Issuer? {
        let row = try statements("SELECT * FROM issuer_version WHERE position <= ?1 ORDER BY position DESC LIMIT 1")
        row.bind(1, logCut)
        guard try row.step() else { return nil }
        defer { row.reset() }
        return Issuer(
            version: row.integer(0), name: row.text(1), registrationNumber: row.text(2), postalCode: row.text(3),
            address: row.text(4),
            phone: row.text(5), bankAccount: row.text(6))
    }

    /// The latest version of each account up to the cut.
    private func accounts(_ logCut: Int64) throws -> [AccountID: Account] {
        var found: [AccountID: Account] = [:]
        let row = try statements(
            "SELECT v.*, k.name FROM account_version v JOIN account_key k USING (account) WHERE position <= ?1 "
                + "ORDER BY account, position"
        )
        row.bind(1, logCut)
        while try row.step() {
            let id = try AccountID(row.text(10))
            keys.accounts.remember(id, row.integer(0))
            found[id] = Self.account(id, row)
        }
        return found
    }

    /// The latest version of one account up to the cut; `nil` when it isn't registered.
    func account(_ id: AccountID, _ logCut: Int64) throws -> Account? {
        let row = try statements(
            "SELECT * FROM account_version WHERE account = ?1 AND position <= ?2 ORDER BY position DESC LIMIT 1")
        row.bind(1, try keys.accounts.number(of: id) ?? -1)
        row.bind(2, logCut)
        guard try row.step() else { return nil }
        defer { row.reset() }
        return Self.account(id, row)
    }

    /// The version under a statement that selects all columns of `account_version` first.
    private static func account(_ id: AccountID, _ row: RawStatement) -> Account {
        Account(
            id: id, version: row.integer(1), name: row.text(2), postalCode: row.text(3), address: row.text(4),
            department: row.text(5), registrationNumber: row.text(6), email: row.text(7),
            payment: PaymentMethod(rawValue: row.text(8)) ?? .card, country: row.text(9))
    }

    private func users(_ logCut: Int64) throws -> [AccountID: Set<UserID>] {
        var found: [AccountID: Set<UserID>] = [:]
        let row = try statements(
            """
            SELECT a.name, u.name FROM account_user JOIN account_key a USING (account) JOIN user_key u USING (user)
            WHERE position <= ?1
            """)
        row.bind(1, logCut)
        while try row.step() { found[try AccountID(row.text(0)), default: []].insert(try UserID(row.text(1))) }
        return found
    }

    func plans(_ logCut: Int64) throws -> [PlanID: Plan] {
        var found: [PlanID: Plan] = [:]
        let row = try statements("SELECT * FROM plan_version WHERE position <= ?1 ORDER BY plan, position")
        row.bind(1, logCut)
        while try row.step() {
            let id = try keys.plans.name(of: row.integer(0))
            guard let count = GPUQuantity(thousandths: row.integer(4)) else {
                throw StoreError(.corrupt, "plan \(id) has \(row.integer(4)) thousandths of a GPU; run verify")
            }
            found[id] = Plan(
                id: id, version: row.integer(1), name: row.text(2), gpuModel: row.text(3), gpuCount: count,
                minimumExecutionSeconds: row.integer(5))
        }
        return found
    }

    func prices(_ logCut: Int64) throws -> [PriceRow] {
        var ends: [Int64: (to: CivilDay?, withdrawn: Bool)] = [:]
        let end = try statements(
            "SELECT price_row, to_day, withdrawn FROM price_row_end WHERE position <= ?1 ORDER BY position")
        end.bind(1, logCut)
        while try end.step() {
            ends[end.integer(0)] = (end.optionalInteger(1).map { CivilDay(number: Int32($0)) }, end.integer(2) == 1)
        }
        var rows: [PriceRow] = []
        let row = try statements("SELECT * FROM price_row WHERE position <= ?1 ORDER BY position")
        row.bind(1, logCut)
        while try row.step() {
            var price = PriceRow(
                position: row.integer(0), plan: try keys.plans.name(of: row.integer(1)),
                account: try row.optionalInteger(2).map(keys.accounts.name),
                price: UnitPrice(billionths: row.integer(3)),
                basis: PriceBasis(rawValue: row.text(4)) ?? .plan, tax: TaxBasis(rawValue: row.text(5)) ?? .inclusive,
                from: CivilDay(number: Int32(row.integer(6))),
                to: row.optionalInteger(7).map { CivilDay(number: Int32($0)) })
            if let end = ends[price.position] {
                if end.withdrawn { continue }
                price.to = end.to
            }
            rows.append(price)
        }
        return rows
    }

    /// - Parameter account: only those of this account; `nil` for all.
    func credits(_ logCut: Int64, of account: AccountID? = nil) throws -> [GrantedCredit] {
        var found: [GrantedCredit] = []
        let row = try statements(
            "SELECT * FROM credit WHERE position <= ?1\(account == nil ? "" : " AND account = ?2") ORDER BY position")
        row.bind(1, logCut)
        if let account { row.bind(2, try keys.accounts.number(of: account) ?? -1) }
        while try row.step() {
            found.append(
                GrantedCredit(
                    credit: Credit(
                        position: row.integer(0), account: try keys.accounts.name(of: row.integer(1)),
                        yen: Yen(row.integer(2)),
                        from: CivilDay(number: Int32(row.integer(3))), to: CivilDay(number: Int32(row.integer(4))),
                        plans: try row.text(5).split(separator: " ").map { try PlanID(String($0)) }),
                    reason: row.text(6)))
        }
        return found
    }
}
