import Units

/// One line for people about each change, in order, with the old values of what it replaces. O(changes + recorded price
/// rows).
public func summaries(of changes: [SetUpChange], from current: SetUp) -> [String] {
    let rows = Dictionary(current.prices.rows.map { ($0.position, $0) }, uniquingKeysWith: { $1 })
    return changes.map { $0.summary(from: current, rows: rows) }
}

extension SetUpChange {
    /// The same line for one change. Linear in the recorded price rows.
    public func summary(from current: SetUp) -> String { summaries(of: [self], from: current)[0] }

    fileprivate func summary(from current: SetUp, rows: [Int64: PriceRow]) -> String {
        switch self {
        case .issuer(let issuer):
            guard let recorded = current.issuer else { return "issuer \(issuer.name): new" }
            return "issuer: " + list(changedFields(from: recorded.fields, to: issuer.fields))
        case .account(let account):
            guard let recorded = current.accounts[account.id] else {
                return "account \(account.id) \(account.name): new"
            }
            return "account \(account.id): " + list(changedFields(from: recorded.fields, to: account.fields))
        case .user(let account, let user): return "account \(account): user \(user): new"
        case .plan(let plan):
            guard let recorded = current.plans[plan.id] else { return "plan \(plan.id) \(plan.termsText): new" }
            return "plan \(plan.id): " + list(changedFields(from: recorded.fields, to: plan.fields))
        case .price(let row): return "\(row.summaryText): new"
        case .priceEnd(let position, let plan, let to):
            guard let row = rows[position] else { return "price \(plan), row \(position): \(endText(to))" }
            return "\(row.summaryText): \(endText(to))"
        case .priceWithdrawal(let position, let plan):
            return "\(rows[position]?.summaryText ?? "price \(plan), row \(position)"): withdrawn"
        case .credit(let granted): return "\(granted.summaryText): new"
        case .rules(let rules): return "rules: " + list(changedFields(from: current.rules.fields, to: rules.fields))
        }
    }

    private func list(_ fields: [ChangedField]) -> String { fields.map(\.text).joined(separator: ", ") }

    private func endText(_ to: CivilDay?) -> String { to.map { "ends \($0)" } ?? "no longer ends" }
}

extension PriceRow {
    /// How messages name the row: `price v100 from 2017-10-01`, `price v100 for acme from 2017-10-01`.
    var name: String { "price \(plan)\(account.map { " for \($0)" } ?? "") from \(from)" }

    /// `0.016 yen per GPU second`, `2 yen per second, tax exclusive`.
    var termsText: String {
        "\(price) yen per \(basis == .gpu ? "GPU second" : "second")\(tax == .exclusive ? ", tax exclusive" : "")"
    }

    fileprivate var summaryText: String {
        "price \(plan)\(account.map { " for \($0)" } ?? "") \(termsText) from \(from)\(to.map { " to \($0)" } ?? "")"
    }
}

extension Plan {
    fileprivate var termsText: String {
        let model = gpuModel.isEmpty ? "" : " \(gpuModel)"
        return "\(name), \(gpuCount) ×\(model.isEmpty ? " GPU" : model), minimum \(minimumExecutionSeconds) s"
    }
}

extension GrantedCredit {
    fileprivate var summaryText: String {
        let plans = credit.plans.isEmpty ? "" : " for " + credit.plans.map(\.text).joined(separator: ", ")
        let words = reason.isEmpty ? "" : " (\(reason))"
        return "credit \(credit.account) \(credit.yen) yen from \(credit.from) to \(credit.to)\(plans)\(words)"
    }
}
