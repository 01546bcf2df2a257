import Units

/// One row of the rate card (§1): yen per second of a plan, or of one GPU, for days `from` … `to`, both included.
public struct PriceRow: Hashable, Sendable {
    /// Position of the event that added it; the row's identity.
    public let position: Int64
    public let plan: PlanID
    /// `nil` for a list price; an account's own row wins over the list.
    public let account: AccountID?
    public let price: UnitPrice
    public let basis: PriceBasis
    public let tax: TaxBasis
    public let from: CivilDay
    /// `nil` without end.
    public var to: CivilDay?

    public init(
        position: Int64, plan: PlanID, account: AccountID?, price: UnitPrice, basis: PriceBasis, tax: TaxBasis,
        from: CivilDay,
        to: CivilDay?
    ) {
        self.position = position
        self.plan = plan
        self.account = account
        self.price = price
        self.basis = basis
        self.tax = tax
        self.from = from
        self.to = to
    }

    public func covers(_ day: CivilDay) -> Bool { day >= from && (to.map { day <= $0 } ?? true) }

    /// Whether both rows would price one day of the same plan at the same level.
    public func sharesDay(with other: PriceRow) -> Bool {
        plan == other.plan && account == other.account && from <= (other.to ?? .last) && other.from <= (to ?? .last)
    }
}

/// What the rate card says for one account, plan and day.
public enum PriceLookup: Hashable, Sendable {
    case row(PriceRow)
    case missing
    case ambiguous
}

/// The rate card at a log cut.
public struct PriceBook: Sendable {
    public let rows: [PriceRow]
    private let listRows: [PlanID: [PriceRow]]
    private let ownRows: [AccountID: [PriceRow]]

    public init(_ rows: [PriceRow]) {
        self.rows = rows
        listRows = Dictionary(grouping: rows.filter { $0.account == nil }, by: \.plan)
        ownRows = Dictionary(grouping: rows.filter { $0.account != nil }, by: { $0.account! })
    }

    /// A1: the account's own row for that day if there is one, else the list row. Linear in the plan's rows.
    public func lookup(account: AccountID, plan: PlanID, day: CivilDay) -> PriceLookup {
        if !ownRows.isEmpty, let own = ownRows[account] {
            let found = one(own, plan, day)
            if found != .missing { return found }
        }
        return one(listRows[plan] ?? [], plan, day)
    }

    /// What the list alone says.
    public func listLookup(plan: PlanID, day: CivilDay) -> PriceLookup { one(listRows[plan] ?? [], plan, day) }

    /// The rows that may price use of an account: the list's and its own.
    public func rows(for account: AccountID) -> [PriceRow] {
        listRows.values.flatMap(\.self) + (ownRows[account] ?? [])
    }

    /// The row that the event at a position added.
    public func row(at position: Int64) -> PriceRow? { rows.first { $0.position == position } }

    public func hasOwnRows(_ account: AccountID) -> Bool { ownRows[account] != nil }

    private func one(_ candidates: [PriceRow], _ plan: PlanID, _ day: CivilDay) -> PriceLookup {
        var found: PriceRow?
        for row in candidates where row.covers(day) && row.plan == plan {
            if found != nil { return .ambiguous }
            found = row
        }
        return found.map(PriceLookup.row) ?? .missing
    }
}
