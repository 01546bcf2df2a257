import Billing
import Feeds
import Store
import Units

/// What a settlement did with the processor's answers.
public struct SettledCharges: Sendable {
    public var recorded: [RecordedPayment] = []
    public var declined = 0
    /// Known from before.
    public var repeated = 0
    /// Answers that nothing was done for, and why.
    public var left: [String] = []
}

extension LedgerService {
    /// Charges the open invoices of a month to cards: first it is in the log, then the processor hears of it. Stopped
    /// in between and called again, it hands over the same charges. Errors: those of the processor.
    public func charge(_ period: BillingPeriod, with processor: any CardProcessor, isRetry: Bool, by author: Author)
        throws -> RequestedCharges
    {
        let requested = try store.requestCharges(period, isRetry: isRetry, by: actor(author))
        try processor.submit(requested.charges)
        return requested
    }

    /// Takes the processor's answers in: what is paid becomes a payment with the charge as its reference, once. Money
    /// for an invoice that is void or paid by now is held for the account. An answer that fits no charge is told and
    /// left. Errors: those of the processor.
    public func settle(_ processor: any CardProcessor, by author: Author) throws -> SettledCharges {
        let charges = Dictionary(uniqueKeysWithValues: try store.charges().map { ($0.charge.id, $0.charge) })
        var done = SettledCharges()
        for result in try processor.outcomes() {
            do {
                let outcome = try result.get()
                guard let charge = charges[outcome.charge] else {
                    done.left.append("line \(outcome.line): there is no charge '\(outcome.charge.prefix(80))'")
                    continue
                }
                guard outcome.yen == charge.yen else {
                    done.left.append(
                        "line \(outcome.line): \(charge.id) is \(charge.yen) yen, not \(outcome.yen); ask the processor"
                    )
                    continue
                }
                if outcome.isPaid {
                    let (payment, isNew) = try store.record(request(charge, outcome.day), by: actor(author))
                    if isNew { done.recorded.append(payment) } else { done.repeated += 1 }
                } else {
                    let isNew = try store.declineCharge(
                        charge.id, day: outcome.day, reason: outcome.reason, by: actor(author))
                    if isNew { done.declined += 1 } else { done.repeated += 1 }
                }
            } catch {
                done.left.append(ErrorTable.show(error).message)
            }
        }
        return done
    }

    private func request(_ charge: CardCharge, _ day: CivilDay) throws -> PaymentRequest {
        let standing = try store.receivables(of: charge.account).first { $0.period == charge.period && !$0.isVoid }
        return PaymentRequest(
            kind: .received, invoices: standing.map { [$0.number] } ?? [], account: charge.account, method: .card,
            reference: charge.id, day: day, yen: charge.yen)
    }
}
