import Units

/// What an account owes for the invoice of a month: the invoice that stands, less returns, less what was paid. A
/// reissue replaces it and never adds to it.
public struct Receivable: Hashable, Sendable {
    /// Derived from documents and payments as of a day; never stored (§9).
    public enum Status: String, Hashable, Sendable, CaseIterable {
        case issued
        case partPaid = "part_paid"
        case paid
        case overdue
        case void
    }

    public let account: AccountID
    public let period: BillingPeriod
    /// The invoice that stands, or the last one that did.
    public let number: DocumentNumber
    public let isVoid: Bool
    /// The invoice, less what returns give back.
    public let owed: Yen
    public let paid: Yen

    public init(
        account: AccountID, period: BillingPeriod, number: DocumentNumber, isVoid: Bool, owed: Yen, paid: Yen
    ) {
        self.account = account
        self.period = period
        self.number = number
        self.isVoid = isVoid
        self.owed = owed
        self.paid = paid
    }

    /// Below zero when more was paid than is owed.
    public var open: Yen { owed - paid }
    public var dueDay: CivilDay { DueDay.of(period) }

    /// - Parameter day: the day on which it is asked.
    public func status(on day: CivilDay) -> Status {
        if isVoid { return .void }
        if open <= .zero { return .paid }
        if day > dueDay { return .overdue }
        return paid > .zero ? .partPaid : .issued
    }

    /// A bill of so much and more goes to bank transfer, however the account pays.
    public static let leastForTransferOnly = Yen(10_000_000)

    /// How a bill is collected.
    public static func collectionMethod(_ payable: Yen, of method: PaymentMethod) -> PaymentMethod {
        payable >= leastForTransferOnly ? .bankTransfer : method
    }
}

/// Divides money over invoices in the order in which they are named, each up to what is open; what is left pays none.
/// O(invoices).
public func paymentParts(of money: Yen, over invoices: [Receivable]) -> [Payment.Part] {
    var left = money
    var parts: [Payment.Part] = []
    for invoice in invoices where invoice.open > .zero && left > .zero {
        let yen = min(left, invoice.open)
        parts.append(.init(period: invoice.period, number: invoice.number, yen: yen))
        left = left - yen
    }
    return parts
}
