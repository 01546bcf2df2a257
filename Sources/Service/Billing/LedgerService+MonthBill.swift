import Billing
import Store
import UsageLedger
import Units

/// What a month has cost an account so far, or, once it is issued, what its invoice says, with its returns.
public struct MonthBill: Sendable {
    public let account: AccountID
    public let period: BillingPeriod
    /// `nil` while the month is open, and when it was closed without a document for the account.
    public let number: DocumentNumber?
    public let lines: [Line]
    /// Plan → name as printed.
    public let planNames: [PlanID: String]
    /// The last day that counts.
    public let through: CivilDay
    /// When the last event that counts was recorded; before the first one the present.
    public let completeUpTo: Instant
}

extension LedgerService {
    /// The account's month up to and including a day, at most until now: the close function with that cut. A closed
    /// month is its invoice, whatever the day, because what is closed is never cut again (C19).
    /// Error: `not_found` for an account that isn't registered.
    public func monthBill(account: AccountID, period: BillingPeriod, through day: CivilDay?) throws -> MonthBill {
        if let closed = try store.lastClosing()?.period, period <= closed {
            return try closedBill(account: account, period: period)
        }
        let end = day.map(\.next.start) ?? period.end
        let (invoice, _, watermark): (Invoice?, BillingPeriod, Watermark)
        do {
            (invoice, _, watermark) = try preview(account: account, period: period, asOf: nil, eventCut: end)
        } catch let error as StoreError where error.code == .refused {
            // It was closed a moment ago.
            return try closedBill(account: account, period: period)
        }
        return MonthBill(
            account: account, period: period, number: nil, lines: invoice?.lines ?? [],
            planNames: invoice?.planNames ?? [:], through: day ?? period.lastDay,
            completeUpTo: watermark.position > 0 ? watermark.recordedAt : environment.now())
    }

    private func closedBill(account: AccountID, period: BillingPeriod) throws -> MonthBill {
        guard try store.account(account) != nil else {
            throw StoreError(.notFound, "there is no account \(account)")
        }
        let standing = try store.documents(DocumentSearch(account: account, period: period))
            .filter { $0.state == .issued }
        guard let document = standing.last(where: { $0.kind == .invoice }) else {
            return MonthBill(
                account: account, period: period, number: nil, lines: [], planNames: [:], through: period.lastDay,
                completeUpTo: try store.closing(covering: period).flatMap { try store.recordedAt($0.logCut) }
                    ?? environment.now())
        }
        let invoice = try invoice(document.number).invoice
        let returns = try standing.filter { $0.kind == .returned }.map { try self.invoice($0.number).invoice }
        return MonthBill(
            account: account, period: period, number: document.number,
            lines: invoice.lines + returns.flatMap(\.lines),
            planNames: returns.reduce(invoice.planNames) { $0.merging($1.planNames) { first, _ in first } },
            through: period.lastDay,
            completeUpTo: try store.recordedAt(invoice.logCut) ?? environment.now())
    }
}
