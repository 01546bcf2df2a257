import Units

/// What applying a set-up file records, in this order, and what looks like a mistake in it.
public struct PlannedSetUp: Sendable {
    /// Issuer, rules, plans, accounts, users, prices (withdrawals and ends before new rows), credits; each in the order
    /// of the file.
    public let changes: [SetUpChange]
    public let warnings: [SetUpWarning]
}

/// Finds what a set-up file changes (§1, §6). What it declares as it is recorded already gives no change, so that
/// applying a file twice changes nothing; what it doesn't name stays. O(n log n) in the entries of the file and the
/// recorded price rows.
///
/// Errors, all at once and by line: `invalid_value`, `plan_is_used`, `price_is_used`, `prices_share_a_day`,
/// `days_are_invoiced`, `unknown_reference`.
/// - Parameter unprintable: characters of a text that a printed page can't show.
public func plannedChanges(
    from current: SetUp, to declaration: SetUpDeclaration, use: SetUpUse,
    unprintable: (_ text: String) -> [Character] = { _ in [] }
) throws(SetUpErrors) -> PlannedSetUp {
    try withoutActuallyEscaping(unprintable) { unprintable throws(SetUpErrors) in
        try plannedChanges(SetUpPlanning(current: current, declaration: declaration, use: use, unprintable))
    }
}

private func plannedChanges(_ planning: SetUpPlanning) throws(SetUpErrors) -> PlannedSetUp {
    var planning = planning
    planning.planIssuer()
    planning.planRules()
    planning.planPlans()
    planning.planAccounts()
    planning.planPrices()
    planning.planCredits()
    guard planning.errors.isEmpty else { throw SetUpErrors(planning.errors) }
    return PlannedSetUp(changes: planning.changes, warnings: planning.warnings)
}

/// The state of one planning: what is there, what is declared, and what was found so far.
struct SetUpPlanning {
    let current: SetUp
    let declaration: SetUpDeclaration
    let use: SetUpUse
    let unprintable: (_ text: String) -> [Character]
    var changes: [SetUpChange] = []
    var errors: [SetUpError] = []
    var warnings: [SetUpWarning] = []
    /// Recorded or declared by this file.
    let knownPlans: Set<PlanID>
    let knownAccounts: Set<AccountID>

    init(
        current: SetUp, declaration: SetUpDeclaration, use: SetUpUse,
        _ unprintable: @escaping (_ text: String) -> [Character]
    ) {
        self.unprintable = unprintable
        self.current = current
        self.declaration = declaration
        self.use = use
        knownPlans = Set(current.plans.keys).union(declaration.plans.map(\.value.id))
        knownAccounts = Set(current.accounts.keys).union(declaration.accounts.map(\.value.id))
    }

    mutating func refuse(_ code: SetUpError.Code, line: Int, field: String, _ message: String) {
        errors.append(SetUpError(code, line: line, field: field, message))
    }

    /// Refuses a number outside its bounds.
    /// - Parameter entry: whose number it is.
    mutating func check(
        _ value: Int64, _ field: String, of entry: String, within bounds: ClosedRange<Int64>, line: Int
    ) {
        guard !bounds.contains(value) else { return }
        refuse(
            .invalidValue, line: line, field: field,
            "\(entry): \(field) \(value) is outside \(bounds.lowerBound) … \(bounds.upperBound)")
    }

    /// Refuses an entry that names a plan which is neither recorded nor declared.
    mutating func checkPlan(_ plan: PlanID, _ entry: String, line: Int, field: String = "plan") {
        guard !knownPlans.contains(plan) else { return }
        let advice = line > 0 ? "declare it under plans" : "choose one of those that are set up"
        refuse(
            .unknownReference, line: line, field: field,
            "\(entry) names the plan '\(plan)', which is unknown; \(advice)")
    }

    /// Refuses an entry that names an account which is neither recorded nor declared.
    mutating func checkAccount(_ account: AccountID, _ entry: String, line: Int) {
        guard !knownAccounts.contains(account) else { return }
        let advice = line > 0 ? "declare it under accounts" : "register it first"
        refuse(
            .unknownReference, line: line, field: "account",
            "\(entry) names the account '\(account)', which is unknown; \(advice)")
    }
}
