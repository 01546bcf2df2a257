import Units

/// What issued documents have used of the set-up: asked of the store, so that planning a change stays pure.
public struct SetUpUse {
    /// Price row → last day on which an issued line used it (§6).
    public var lastDayOfRow: [Int64: CivilDay]
    /// Plans that an issued line names.
    public var plans: Set<PlanID>
    /// The last closed month.
    public var closedThrough: BillingPeriod?
    /// Days of closed months on which issued slices of the plan were priced: the account's own slices for an account's
    /// row, those priced by list for a list row (`nil`). Asked only for rows that reach back.
    public var pricedDays: (_ plan: PlanID, _ account: AccountID?) -> [CivilDay]

    public init(
        lastDayOfRow: [Int64: CivilDay] = [:], plans: Set<PlanID> = [], closedThrough: BillingPeriod? = nil,
        pricedDays: @escaping (_ plan: PlanID, _ account: AccountID?) -> [CivilDay] = { _, _ in [] }
    ) {
        self.lastDayOfRow = lastDayOfRow
        self.plans = plans
        self.closedThrough = closedThrough
        self.pricedDays = pricedDays
    }
}
