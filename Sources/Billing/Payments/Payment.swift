import UsageLedger
import Units

/// Money that came in or went back (§9). The rest that pays no invoice is held for the account (前受金).
public struct Payment: Hashable, Sendable {
    /// The raw value is recorded.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// From the customer, less what its bank kept.
        case received
        /// Held money pays invoices now.
        case applied
        /// Held money went back to the customer.
        case refunded
    }

    /// What of a payment pays the invoice of a month.
    public struct Part: Hashable, Sendable {
        public let period: BillingPeriod
        /// The invoice as it was numbered then.
        public let number: DocumentNumber
        public let yen: Yen

        public init(period: BillingPeriod, number: DocumentNumber, yen: Yen) {
            self.period = period
            self.number = number
            self.yen = yen
        }
    }

    /// More is taken for a mistake; sums of these stay exact.
    public static let greatestYen = Yen(1_000_000_000_000)

    /// With the reference, which payment it is: recorded once.
    public let method: PaymentMethod
    public let reference: String
    public let kind: Kind
    public let account: AccountID
    /// When the bank or the card company booked it.
    public let day: CivilDay
    public let yen: Yen
    /// What the customer's bank cut off; it counts as paid (振込手数料).
    public let fee: Yen
    public var parts: [Part]

    public init(
        kind: Kind, account: AccountID, method: PaymentMethod, reference: String, day: CivilDay, yen: Yen,
        fee: Yen = .zero, parts: [Part] = []
    ) {
        self.kind = kind
        self.account = account
        self.method = method
        self.reference = reference
        self.day = day
        self.yen = yen
        self.fee = fee
        self.parts = parts
    }

    /// What it adds to what is held for the account; below zero for what takes from it.
    public var held: Yen {
        let paid = parts.reduce(Yen.zero) { $0 + $1.yen }
        return kind == .received ? yen + fee - paid : .zero - yen
    }
}

/// As an event of the log, and back.
extension Payment {
    /// - Parameters:
    ///   - who: the person or program that records it.
    ///   - reason: in words; kept apart like all people's words.
    public func event(who: String, reason: String?) -> LedgerEventDraft {
        var data: [JSONValue.Member] = [
            .init("who", .string(who)), .init("kind", .string(kind.rawValue)),
            .init("account", .string(account.text)), .init("method", .string(method.rawValue)),
            .init("reference", .string(reference)), .init("day", .string(day.description)),
            .init("yen", .integer(yen.amount)), .init("fee_yen", .integer(fee.amount)),
            .init(
                "parts",
                .array(
                    parts.map {
                        .object([
                            .init("period", .string($0.period.description)), .init("number", .string($0.number.text)),
                            .init("yen", .integer($0.yen.amount)),
                        ])
                    })),
        ]
        if let reason { data.append(.init("reason", .string(reason))) }
        return LedgerEventDraft(type: .payment, subject: account.text, data: data, privateFields: ["reason"])
    }

    /// Reads a recorded body back; `nil` when it isn't one that `event` made.
    public init?(body: JSONValue) {
        guard let data = body["data"], let kind = data["kind"]?.string.flatMap(Kind.init),
            let account = data["account"]?.string.flatMap({ try? AccountID($0) }),
            let method = data["method"]?.string.flatMap(PaymentMethod.init), let reference = data["reference"]?.string,
            let day = data["day"]?.string.flatMap({ try? CivilDay(text: $0) }), let yen = data["yen"]?.integer,
            let fee = data["fee_yen"]?.integer
        else { return nil }
        self.init(
            kind: kind, account: account, method: method, reference: reference, day: day, yen: Yen(yen), fee: Yen(fee),
            parts: (data["parts"]?.array ?? []).compactMap { part in
                guard let period = part["period"]?.string.flatMap({ try? BillingPeriod(text: $0) }),
                    let number = part["number"]?.string, let yen = part["yen"]?.integer
                else { return nil }
                return Part(period: period, number: DocumentNumber(text: number), yen: Yen(yen))
            })
    }
}
