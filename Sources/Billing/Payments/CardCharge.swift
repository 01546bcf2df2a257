import UsageLedger
import Units

/// A card to be charged for the invoice of a month: an intention that is in the log before the processor hears of it.
public struct CardCharge: Hashable, Sendable {
    /// By which the processor knows it again, and the payment's reference: `charge-201711-000001-1`, counted for each
    /// invoice.
    public let id: String
    public let account: AccountID
    public let period: BillingPeriod
    /// The invoice as it was numbered then.
    public let number: DocumentNumber
    public let yen: Yen

    public init(id: String, account: AccountID, period: BillingPeriod, number: DocumentNumber, yen: Yen) {
        self.id = id
        self.account = account
        self.period = period
        self.number = number
        self.yen = yen
    }

    public func event(who: String) -> LedgerEventDraft {
        LedgerEventDraft(
            type: .chargeRequested, subject: account.text,
            data: [
                .init("who", .string(who)), .init("charge", .string(id)),
                .init("period", .string(period.description)), .init("number", .string(number.text)),
                .init("yen", .integer(yen.amount)),
            ])
    }

    /// Reads a recorded body back; `nil` when it isn't one that `event` made.
    public init?(body: JSONValue) {
        guard let account = body["subject"]?.string.flatMap({ try? AccountID($0) }), let data = body["data"],
            let id = data["charge"]?.string,
            let period = data["period"]?.string.flatMap({ try? BillingPeriod(text: $0) }),
            let number = data["number"]?.string, let yen = data["yen"]?.integer
        else { return nil }
        self.init(id: id, account: account, period: period, number: DocumentNumber(text: number), yen: Yen(yen))
    }

    /// That the processor refused it.
    public func declined(who: String, day: CivilDay, reason: String) -> LedgerEventDraft {
        LedgerEventDraft(
            type: .chargeDeclined, subject: account.text,
            data: [
                .init("who", .string(who)), .init("charge", .string(id)), .init("day", .string(day.description)),
                .init("reason", .string(reason)),
            ], privateFields: ["reason"])
    }
}

/// What has become of a charge.
public enum CardChargeState: String, Hashable, Sendable, CaseIterable {
    /// The processor has it, or will get it again: the same id is never charged twice.
    case requested
    case paid
    case declined
}

/// Why an open invoice isn't charged to a card.
public enum CardChargeRefusal: String, Hashable, Sendable, CaseIterable {
    case transfer = "is paid by bank transfer"
    case tooLarge = "is 10,000,000 yen or more and goes to bank transfer"
    case noCard = "has no card; store its token with kanjo payment card"
    case declined = "was declined; charge it again with --retry"

    /// `nil`: it is charged. Pure: the same values give the same answer.
    public static func of(
        _ receivable: Receivable, method: PaymentMethod, hasCard: Bool, wasDeclined: Bool, isRetry: Bool
    ) -> CardChargeRefusal? {
        guard method == .card else { return .transfer }
        guard Receivable.collectionMethod(receivable.owed, of: method) == .card else { return .tooLarge }
        guard hasCard else { return .noCard }
        return wasDeclined && !isRetry ? .declined : nil
    }
}
