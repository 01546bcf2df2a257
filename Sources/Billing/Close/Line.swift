import UsageLedger
import Units

/// Why a line stands on a document (§6–§9). The order is the order of lines with equal keys.
public enum LineClass: String, Hashable, Comparable, Sendable, CaseIterable {
    case usage
    case carried
    case correction
    case credit

    public static func < (left: LineClass, right: LineClass) -> Bool { left.order < right.order }

    private var order: Int {
        switch self {
        case .usage: 0
        case .carried: 1
        case .correction: 2
        case .credit: 3
        }
    }
}

/// What one line sums up: a plan at one unit price, as a number, on one basis.
public struct RateKey: Hashable, Comparable, Sendable {
    public let plan: PlanID
    public let price: UnitPrice
    public let basis: PriceBasis

    public init(plan: PlanID, price: UnitPrice, basis: PriceBasis) {
        self.plan = plan
        self.price = price
        self.basis = basis
    }

    public static func < (left: RateKey, right: RateKey) -> Bool {
        if left.plan != right.plan { return left.plan < right.plan }
        if left.price != right.price { return left.price < right.price }
        return left.basis < right.basis
    }
}

/// What was billed before and what is right now, for a line that settles the difference (§8).
public struct Difference: Hashable, Sendable {
    public let oldUsage: Usage
    public let newUsage: Usage
    public let oldYen: Yen
    public let newYen: Yen
    /// Positions of the events that caused it; filled in by the shell, which can read the log.
    public var causes: [Int64]
}

/// One line of a document: (charge month, plan, unit price, basis, class).
public struct Line: Hashable, Sendable {
    public let lineClass: LineClass
    public let chargeMonth: BillingPeriod
    public let plan: PlanID
    /// `nil` on credit lines.
    public let rate: RateKey?
    public let usage: Usage
    public let amount: Yen
    /// Positions of the price rows that priced it.
    public let priceRows: [Int64]
    public var difference: Difference?
    /// On credit lines, the position of the credit.
    public let credit: Int64?
    public let tax: TaxBasis

    public init(
        lineClass: LineClass, chargeMonth: BillingPeriod, plan: PlanID, rate: RateKey?, usage: Usage, amount: Yen,
        priceRows: [Int64] = [], difference: Difference? = nil, credit: Int64? = nil, tax: TaxBasis
    ) {
        self.lineClass = lineClass
        self.chargeMonth = chargeMonth
        self.plan = plan
        self.rate = rate
        self.usage = usage
        self.amount = amount
        self.priceRows = priceRows
        self.difference = difference
        self.credit = credit
        self.tax = tax
    }

    /// Units that were multiplied, as an exact decimal: seconds, or GPU seconds.
    public var unitsText: String { rate.map { thousandthsText(usage.unitThousandths($0.basis)) } ?? "0" }

    /// Order of C7 inside one sign.
    static func precedes(_ left: Line, _ right: Line) -> Bool {
        if left.chargeMonth != right.chargeMonth { return left.chargeMonth < right.chargeMonth }
        if let a = left.rate, let b = right.rate, a != b { return a < b }
        return left.lineClass < right.lineClass
    }
}
