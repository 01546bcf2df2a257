import Billing
import Units

/// Projects recorded set-up changes into their tables.
struct SetUpWriter {
    private let statements: StatementCache
    private let keys: Keys

    init(_ statements: StatementCache, _ keys: Keys) {
        self.statements = statements
        self.keys = keys
    }

    /// - Parameter position: of the event that recorded the change.
    func write(_ change: SetUpChange, position: Int64) throws {
        switch change {
        case .issuer(let issuer):
            try insert(
                "INSERT INTO issuer_version VALUES (?1,?2,?3,?4,?5,?6,?7)", [position],
                [
                    issuer.name, issuer.registrationNumber, issuer.postalCode, issuer.address, issuer.phone,
                    issuer.bankAccount,
                ])
        case .account(let account):
            try insert(
                "INSERT INTO account_version VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
                [try keys.accounts.numberAddingIfNeeded(of: account.id), position],
                [
                    account.name, account.postalCode, account.address, account.department, account.registrationNumber,
                    account.email, account.payment.rawValue, account.country,
                ])
        case .user(let account, let user):
            try insert(
                "INSERT OR IGNORE INTO account_user VALUES (?1,?2,?3)",
                [
                    try keys.accounts.numberAddingIfNeeded(of: account), try keys.users.numberAddingIfNeeded(of: user),
                    position,
                ], [])
        case .plan(let plan): try write(plan, position)
        case .price(let row): try write(row, position)
        case .priceEnd(let row, _, let to):
            try insert(
                "INSERT INTO price_row_end VALUES (?1,?2,?3,?4)", [position, row, to.map { Int64($0.number) }, 0], [])
        case .priceWithdrawal(let row, _):
            try insert("INSERT INTO price_row_end VALUES (?1,?2,?3,?4)", [position, row, nil, 1], [])
        case .credit(let granted): try write(granted, position)
        case .rules(let rules):
            try insert(
                "INSERT INTO rules_version VALUES (?1,?2,?3,?4,?5)",
                [position, rules.version, rules.invoiceMinimumYen, rules.graceHours, rules.runawaySilence.minutes], [])
        }
    }

    private func write(_ plan: Plan, _ position: Int64) throws {
        let row = try statements("INSERT INTO plan_version VALUES (?1,?2,?3,?4,?5,?6)")
        row.bind(1, try keys.plans.numberAddingIfNeeded(of: plan.id))
        row.bind(2, position)
        row.bind(3, plan.name)
        row.bind(4, plan.gpuModel)
        row.bind(5, plan.gpuCount.thousandths)
        row.bind(6, plan.minimumExecutionSeconds)
        try row.run()
    }

    private func write(_ price: PriceRow, _ position: Int64) throws {
        let row = try statements("INSERT INTO price_row VALUES (?1,?2,?3,?4,?5,?6,?7,?8)")
        row.bind(1, position)
        row.bind(2, try keys.plans.numberAddingIfNeeded(of: price.plan))
        row.bind(3, try price.account.map(keys.accounts.numberAddingIfNeeded))
        row.bind(4, price.price.billionths)
        row.bind(5, price.basis.rawValue)
        row.bind(6, price.tax.rawValue)
        row.bind(7, Int64(price.from.number))
        row.bind(8, price.to.map { Int64($0.number) })
        try row.run()
    }

    private func write(_ granted: GrantedCredit, _ position: Int64) throws {
        let row = try statements("INSERT INTO credit VALUES (?1,?2,?3,?4,?5,?6,?7)")
        row.bind(1, position)
        row.bind(2, try keys.accounts.numberAddingIfNeeded(of: granted.credit.account))
        row.bind(3, granted.credit.yen.amount)
        row.bind(4, Int64(granted.credit.from.number))
        row.bind(5, Int64(granted.credit.to.number))
        row.bind(6, granted.credit.plans.map(\.text).joined(separator: " "))
        row.bind(7, granted.reason)
        try row.run()
    }

    private func insert(_ sql: String, _ integers: [Int64?], _ texts: [String]) throws {
        let row = try statements(sql)
        for (index, value) in integers.enumerated() { row.bind(Int32(index + 1), value) }
        for (index, text) in texts.enumerated() { row.bind(Int32(integers.count + index + 1), text) }
        try row.run()
    }
}
