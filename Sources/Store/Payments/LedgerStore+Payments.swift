import Billing
import UsageLedger
import Units

/// A payment as somebody brings it.
public struct PaymentRequest: Sendable {
    public var kind: Payment.Kind
    /// The invoices that it pays, in this order, each up to what is open; for a refund none.
    public var invoices: [DocumentNumber]
    /// Whose it is; `nil`: the invoices'.
    public var account: AccountID?
    public var method: PaymentMethod
    public var reference: String
    public var day: CivilDay
    /// `nil` for held money that is applied: as much as is open and held.
    public var yen: Yen?
    public var fee: Yen

    public init(
        kind: Payment.Kind, invoices: [DocumentNumber] = [], account: AccountID? = nil, method: PaymentMethod,
        reference: String, day: CivilDay, yen: Yen?, fee: Yen = .zero
    ) {
        self.kind = kind
        self.invoices = invoices
        self.account = account
        self.method = method
        self.reference = reference
        self.day = day
        self.yen = yen
        self.fee = fee
    }
}

extension LedgerStore {
    /// Records money that came in, is applied, or went back: one transaction. The same payment again (method and
    /// reference, with the same account, day and yen) is the one that is recorded; what differs is refused.
    ///
    /// Errors, in order: `refused` (no reference, yen not above zero or above `Payment.greatestYen`, a fee below zero
    /// or above the yen, a day to come), `not_found` (an invoice, the account), `refused` (invoices of several
    /// accounts, a return, a replaced or void invoice, the reference of another payment, more refunded or applied than
    /// is held).
    public func record(_ request: PaymentRequest, by actor: Actor) throws -> (payment: RecordedPayment, isNew: Bool) {
        try write { session in
            try Self.check(request, actor)
            let recording = try PaymentRecording(session, request)
            let rows = PaymentRows(session.statements, session.keys)
            if let known = try rows.known(method: request.method, reference: request.reference) {
                guard recording.isRepeat(of: known.payment) else {
                    throw StoreError(
                        .refused,
                        "\(request.method.rawValue) '\(request.reference)' is recorded with \(known.payment.yen) yen "
                            + "of \(known.payment.day) for \(known.payment.account); give another payment its own "
                            + "reference")
                }
                return (known, false)
            }
            let payment = try recording.payment(rows)
            session.log.begin(at: actor.now)
            let position = try session.append(payment.event(who: actor.who, reason: actor.reason), by: actor)
            try rows.write(payment, position: position)
            try session.log.end()
            return (RecordedPayment(position: position, payment: payment), true)
        }
    }

    private static func check(_ request: PaymentRequest, _ actor: Actor) throws {
        guard request.reference.contains(where: { !$0.isWhitespace }), request.reference.utf8.count <= 200 else {
            throw StoreError(.refused, "a payment needs a reference of 1 to 200 bytes by which it is known again")
        }
        if let yen = request.yen, yen <= .zero || yen > Payment.greatestYen {
            throw StoreError(
                .refused, "\(yen) yen can't be paid; write an amount above zero and up to \(Payment.greatestYen)")
        }
        if request.fee < .zero || request.fee > (request.yen ?? .zero) {
            throw StoreError(.refused, "a fee of \(request.fee) yen can't have been cut off from this payment")
        }
        if request.day > CivilDay(actor.now) {
            throw StoreError(.refused, "\(request.day) is still to come; write the day on which it was booked")
        }
    }

    /// Payments of one account or all, by day.
    public func payments(of account: AccountID? = nil) throws -> [RecordedPayment] {
        try read { statements, keys in try PaymentRows(statements, keys).all(of: account) }
    }

    /// What is owed and paid for each invoice, by month and number.
    public func receivables(of account: AccountID? = nil) throws -> [Receivable] {
        try read { statements, keys in try PaymentRows(statements, keys).receivables(of: account) }
    }

    /// What is held for an account: 前受金.
    public func heldMoney(of account: AccountID) throws -> Yen {
        try read { statements, keys in try PaymentRows(statements, keys).held(of: account) }
    }
}

/// Decides what a request becomes.
private struct PaymentRecording {
    private let request: PaymentRequest
    private let account: AccountID
    private let invoices: [IssuedDocument]

    /// Errors as `record` tells them.
    init(_ session: WriterSession, _ request: PaymentRequest) throws {
        self.request = request
        invoices = try request.invoices.map {
            try DocumentSearch.document($0, account: nil, session.statements, session.keys).document
        }
        guard let account = request.account ?? invoices.first?.account else {
            throw StoreError(.notFound, "name the account whose money it is, or an invoice of it")
        }
        guard session.setUp.accounts[account] != nil else {
            throw StoreError(.notFound, "there is no account '\(account)'; register it first")
        }
        self.account = account
        guard Set(invoices.map(\.position)).count == invoices.count else {
            throw StoreError(.refused, "an invoice is named twice; name each once")
        }
        for invoice in invoices {
            guard invoice.account == account else {
                throw StoreError(
                    .refused, "\(invoice.number) is \(invoice.account)'s, not \(account)'s; record a payment for each")
            }
            guard invoice.kind == .invoice, invoice.state == .issued else {
                throw StoreError(
                    .refused,
                    "\(invoice.number) is \(invoice.kind == .invoice ? invoice.state.rawValue : "a return") and can't "
                        + "be paid; name the invoice that stands")
            }
        }
    }

    func isRepeat(of known: Payment) -> Bool {
        known.kind == request.kind && known.account == account && known.day == request.day
            && (request.yen == nil || known.yen == request.yen) && known.fee == request.fee
    }

    func payment(_ rows: PaymentRows) throws -> Payment {
        let open = try rows.receivables(of: account)
        let named = invoices.compactMap { invoice in open.first { $0.period == invoice.period } }
        let held = request.kind == .received ? Yen.zero : try rows.held(of: account)
        let yen = request.yen ?? min(held, named.reduce(.zero) { $0 + max($1.open, .zero) })
        if request.kind != .received {
            guard yen > .zero, yen <= held else {
                throw StoreError(
                    .refused,
                    "\(held) yen are held for \(account); \(yen) can't be "
                        + (request.kind == .refunded ? "refunded" : "applied"))
            }
        }
        let parts = request.kind == .refunded ? [] : paymentParts(of: yen + request.fee, over: named)
        let paid = parts.reduce(Yen.zero) { $0 + $1.yen }
        if request.kind == .applied, paid != yen {
            throw StoreError(.refused, "only \(paid) yen are open on these invoices; apply that, or name more of them")
        }
        return Payment(
            kind: request.kind, account: account, method: request.method, reference: request.reference,
            day: request.day,
            yen: yen, fee: request.fee, parts: parts)
    }
}
