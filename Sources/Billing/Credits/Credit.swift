import Units

/// Yen that pay for use before anybody is charged: a trial, a voucher (§9).
public struct Credit: Hashable, Sendable {
    /// Position of the event that granted it; the credit's identity.
    public let position: Int64
    public let account: AccountID
    public let yen: Yen
    public let from: CivilDay
    public let to: CivilDay
    /// Plans that it may pay for; empty means all.
    public let plans: [PlanID]

    public init(position: Int64, account: AccountID, yen: Yen, from: CivilDay, to: CivilDay, plans: [PlanID]) {
        self.position = position
        self.account = account
        self.yen = yen
        self.from = from
        self.to = to
        self.plans = plans
    }

    /// Whether it may pay a line: its plan is allowed and its charge month has a day of the credit.
    public func mayPay(plan: PlanID, chargeMonth: BillingPeriod) -> Bool {
        (plans.isEmpty || plans.contains(plan)) && from <= chargeMonth.lastDay && to >= chargeMonth.firstDay
    }

    /// Soonest-ending first, then lowest position.
    static func isUsedBefore(_ left: Credit, _ right: Credit) -> Bool {
        left.to == right.to ? left.position < right.position : left.to < right.to
    }
}

/// What a credit paid for a plan and charge month by one line of an issued document, less what was given back on it.
public struct CreditUse: Hashable, Sendable {
    public let credit: Int64
    public let plan: PlanID
    public let chargeMonth: BillingPeriod
    public var yen: Yen

    public init(credit: Int64, plan: PlanID, chargeMonth: BillingPeriod, yen: Yen) {
        self.credit = credit
        self.plan = plan
        self.chargeMonth = chargeMonth
        self.yen = yen
    }

    /// The uses still standing after all issued credit lines of an account, oldest first. Give-backs consume the newest
    /// use of the same credit, plan and charge month, as they did when they were made (C8).
    public static func standing(after lines: [Line]) -> [CreditUse] {
        var uses: [CreditUse] = []
        for line in lines where line.lineClass == .credit {
            guard let credit = line.credit else { continue }
            if line.amount < .zero {
                uses.append(
                    CreditUse(credit: credit, plan: line.plan, chargeMonth: line.chargeMonth, yen: -line.amount))
                continue
            }
            var back = line.amount
            for index in uses.indices.reversed() where back > .zero {
                let use = uses[index]
                guard use.credit == credit, use.plan == line.plan, use.chargeMonth == line.chargeMonth else { continue }
                let part = min(back, use.yen)
                uses[index].yen -= part
                back -= part
            }
        }
        return uses.filter { $0.yen > .zero }
    }
}
