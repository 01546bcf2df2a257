import Billing
import UsageLedger
import Units

/// What a request for charges did.
public struct RequestedCharges: Sendable {
    /// Charges to hand over, with the token of each: new ones, and those without an answer.
    public var charges: [(charge: CardCharge, token: CardToken)] = []
    /// How many of them are new.
    public var added = 0
    /// Open invoices that are not charged, and why.
    public var left: [(invoice: Receivable, reason: CardChargeRefusal)] = []
}

extension LedgerStore {
    /// Keeps the processor's token of an account's card, or takes it away. The token is kept beside the log, which
    /// has its salted hash. The same again is recorded again. Error: `not_found`.
    public func storeCard(_ token: CardToken?, of account: AccountID, by actor: Actor) throws {
        try write { session in
            guard session.setUp.accounts[account] != nil else {
                throw StoreError(
                    .notFound, "there is no account '\(account)'; register it first")
            }
            var data: [JSONValue.Member] = [.init("who", .string(actor.who))]
            if let token { data.append(.init("token", .string(token.text))) }
            session.log.begin(at: actor.now)
            _ = try session.append(
                LedgerEventDraft(type: .cardStored, subject: account.text, data: data, privateFields: ["token"]),
                by: actor)
            try session.log.end()
        }
    }

    /// Decides which open invoices of a month are charged to cards and records each as requested, in one transaction.
    /// A charge without an answer is given out again as it was: the processor knows it by its id. One that was
    /// declined is left, unless it is a retry, which is a charge of its own. O(charges ever made).
    public func requestCharges(_ period: BillingPeriod, isRetry: Bool, by actor: Actor) throws -> RequestedCharges {
        try write { session in
            let rows = CardRows(session.statements)
            let tokens = try rows.tokens()
            let earlier = Dictionary(grouping: try rows.charges().filter { $0.charge.period == period }) {
                $0.charge.account
            }
            var done = RequestedCharges()
            session.log.begin(at: actor.now)
            for invoice in try PaymentRows(session.statements, session.keys).receivables()
            where invoice.period == period {
                let made = earlier[invoice.account] ?? [], token = tokens[invoice.account]
                if let waiting = made.first(where: { $0.state == .requested }) {
                    if let token { done.charges.append((waiting.charge, token)) }
                    continue
                }
                guard !invoice.isVoid, invoice.open > .zero else { continue }
                let refusal = CardChargeRefusal.of(
                    invoice, method: session.setUp.accounts[invoice.account]?.payment ?? .card, hasCard: token != nil,
                    wasDeclined: made.last?.state == .declined, isRetry: isRetry)
                guard refusal == nil, let token else {
                    done.left.append((invoice, refusal ?? .noCard))
                    continue
                }
                let charge = CardCharge(
                    id: "charge-\(invoice.number)-\(made.count + 1)", account: invoice.account, period: period,
                    number: invoice.number, yen: invoice.open)
                _ = try session.append(charge.event(who: actor.who), by: actor)
                done.charges.append((charge, token))
                done.added += 1
            }
            try session.log.end()
            return done
        }
    }

    /// All charges with what became of them. O(charges ever made).
    public func charges() throws -> [(charge: CardCharge, state: CardChargeState)] {
        try read { statements, _ in try CardRows(statements).charges() }
    }

    /// Records that the processor refused a charge. Returns whether that is new; a second time nothing is written.
    /// Errors: `not_found`, `refused` for a charge that is paid.
    public func declineCharge(_ id: String, day: CivilDay, reason: String, by actor: Actor) throws -> Bool {
        try write { session in
            guard let known = try CardRows(session.statements).charges().first(where: { $0.charge.id == id }) else {
                throw StoreError(.notFound, "there is no charge '\(id)'")
            }
            guard known.state != .paid else {
                throw StoreError(.refused, "\(id) is paid and can't be declined; ask the processor which of both holds")
            }
            guard known.state == .requested else { return false }
            session.log.begin(at: actor.now)
            _ = try session.append(known.charge.declined(who: actor.who, day: day, reason: reason), by: actor)
            try session.log.end()
            return true
        }
    }
}
