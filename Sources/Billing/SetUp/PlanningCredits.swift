import Units

// Credits are told apart by all their fields: of equal ones, as many are recorded in total as the file lists.
extension SetUpPlanning {
    static let creditYen: ClosedRange<Int64> = 1...1_000_000_000_000

    mutating func planCredits() {
        var recorded: [CreditIdentity: Int] = [:]
        for granted in current.credits { recorded[CreditIdentity(granted), default: 0] += 1 }
        for entry in declaration.credits {
            let granted = entry.value.withOrderedPlans
            checkCredit(granted.credit, line: entry.line)
            let identity = CreditIdentity(granted)
            if let left = recorded[identity], left > 0 {
                recorded[identity] = left - 1
            } else {
                changes.append(.credit(granted))
            }
        }
    }

    private mutating func checkCredit(_ credit: Credit, line: Int) {
        let name = "credit of \(credit.yen) yen for '\(credit.account)'"
        checkAccount(credit.account, name, line: line)
        for plan in credit.plans { checkPlan(plan, name, line: line, field: "plans") }
        check(credit.yen.amount, "yen", of: "credit for '\(credit.account)'", within: Self.creditYen, line: line)
        if credit.from > credit.to {
            refuse(
                .invalidValue, line: line, field: "to", "\(name): from \(credit.from) is after to \(credit.to)")
        }
    }
}

/// All fields of a credit but its position; the reason as bytes.
private struct CreditIdentity: Hashable {
    let account: AccountID
    let yen: Yen
    let from: CivilDay
    let to: CivilDay
    let plans: [PlanID]
    let reason: [UInt8]

    init(_ granted: GrantedCredit) {
        let credit = granted.withOrderedPlans.credit
        account = credit.account
        yen = credit.yen
        from = credit.from
        to = credit.to
        plans = credit.plans
        reason = Array(granted.reason.utf8)
    }
}

extension GrantedCredit {
    /// The plans by id, each once: their order says nothing.
    var withOrderedPlans: GrantedCredit {
        GrantedCredit(
            credit: Credit(
                position: credit.position, account: credit.account, yen: credit.yen, from: credit.from, to: credit.to,
                plans: Set(credit.plans).sorted()),
            reason: reason)
    }
}
