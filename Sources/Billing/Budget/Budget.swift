import UsageLedger
import Units

/// An account's limits on a month of use (§10), in yen with tax.
public struct Budget: Hashable, Sendable {
    public static let greatestYen: Int64 = 999_999_999_999
    public static let greatestAlertCount = 20

    /// `nil`: no cap.
    public let hardCap: Yen?
    /// Ascending, each once.
    public let alerts: [Yen]

    public static let none = Budget(hardCap: nil, alerts: [])

    public init(hardCap: Yen?, alerts: [Yen]) {
        self.hardCap = hardCap
        self.alerts = Set(alerts).sorted()
    }
}

/// How a month stands against a budget. Used, reserved and available add up to the cap.
public struct BudgetStanding: Hashable, Sendable {
    public let budget: Budget
    public let period: BillingPeriod
    /// What the month's use costs, but for runs that a reservation covers.
    public let used: ExactYen
    public let reserved: ExactYen

    public init(budget: Budget, period: BillingPeriod, used: ExactYen, reserved: ExactYen) {
        self.budget = budget
        self.period = period
        self.used = used
        self.reserved = reserved
    }

    /// What may still be reserved, never below zero; `nil` without a cap.
    public var available: ExactYen? {
        guard let cap = budget.hardCap else { return nil }
        let left = ExactYen(yen: cap).trillionths - used.trillionths - reserved.trillionths
        return ExactYen(trillionths: max(0, left))
    }
}

/// The price at which a task was reserved: nothing dearer is ever billed for it.
public struct ReservedPrice: Hashable, Sendable {
    public let price: UnitPrice
    public let basis: PriceBasis
    public let tax: TaxBasis

    public init(price: UnitPrice, basis: PriceBasis, tax: TaxBasis) {
        self.price = price
        self.basis = basis
        self.tax = tax
    }

    public init(_ row: PriceRow) { self.init(price: row.price, basis: row.basis, tax: row.tax) }

    /// What a number of seconds costs with tax, in 10⁻¹⁴ yen: exact for both tax bases.
    func hundredTrillionths(seconds: Int64, gpus: GPUQuantity) -> Int128 {
        let thousandths = basis == .gpu ? gpus.thousandths : 1000
        return Int128(price.billionths) * Int128(thousandths) * Int128(seconds) * (tax == .exclusive ? 110 : 100)
    }

    /// In millionths of a yen, rounded up; `nil` above what a ledger can hold.
    public func microYen(seconds: Int64, gpus: GPUQuantity) -> Int64? {
        let exact = hundredTrillionths(seconds: seconds, gpus: gpus)
        return Int64(exactly: (exact + 99_999_999) / 100_000_000)
    }
}

extension ExactYen {
    public init(yen: Yen) { self.init(trillionths: Int128(yen.amount) * 1_000_000_000_000) }

    public init(microYen: Int64) { self.init(trillionths: Int128(microYen) * 1_000_000) }

    /// With consumption tax, if the price leaves it out; rounded up to 10⁻¹² yen.
    public func withTax(_ tax: TaxBasis) -> ExactYen {
        tax == .inclusive ? self : ExactYen(trillionths: (trillionths * 110 + 99) / 100)
    }
}
