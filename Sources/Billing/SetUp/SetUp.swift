import Units

/// Everything that administrators declare, as known at a log cut.
public struct SetUp: Sendable {
    public var issuer: Issuer?
    public var accounts: [AccountID: Account]
    public var users: [AccountID: Set<UserID>]
    public var plans: [PlanID: Plan]
    public var prices: PriceBook
    /// By position.
    public var credits: [GrantedCredit]
    public var rules: BillingRules

    public init(
        issuer: Issuer? = nil, accounts: [AccountID: Account] = [:], users: [AccountID: Set<UserID>] = [:],
        plans: [PlanID: Plan] = [:], prices: PriceBook = PriceBook([]), credits: [GrantedCredit] = [],
        rules: BillingRules = .standard
    ) {
        self.issuer = issuer
        self.accounts = accounts
        self.users = users
        self.plans = plans
        self.prices = prices
        self.credits = credits
        self.rules = rules
    }
}

/// A credit with the words of whoever granted it.
public struct GrantedCredit: Hashable, Sendable {
    public let credit: Credit
    public let reason: String

    public init(credit: Credit, reason: String) {
        self.credit = credit
        self.reason = reason
    }
}

/// One thing to record about the set-up. Positions inside (versions, rows, credits) are 0 until it is recorded.
public enum SetUpChange: Hashable, Sendable {
    case issuer(Issuer)
    /// A first version registers the account; later ones replace its data.
    case account(Account)
    case user(AccountID, UserID)
    case plan(Plan)
    case price(PriceRow)
    /// The row's last day; an earlier end of the row is replaced.
    case priceEnd(row: Int64, PlanID, to: CivilDay?)
    /// An unused row is taken back.
    case priceWithdrawal(row: Int64, PlanID)
    case credit(GrantedCredit)
    case rules(BillingRules)
}
