import Billing
import UsageLedger
import Units

/// What a document would be, complete up to a position.
public struct Preview: Sendable {
    /// `nil` when there would be none.
    public let invoice: Invoice?
    public let position: Int64
    public let recordedAt: Instant
}

extension LedgerStore {
    /// What the account's document would be with these cuts (§7): the close function, without number and issue day.
    /// At the end of the log O(the account's sums and open runs), O(events) as of an earlier position or of a closed
    /// month. Error: `refused` for an event cut inside a closed month.
    public func datedPreview(
        account: AccountID, period: BillingPeriod, eventCut: Instant, logCut: Int64? = nil
    ) throws -> Preview {
        try read { session in
            let scope = try CloseScope.read(
                session, of: account, period: period, logCut: logCut, eventCut: eventCut)
            if let closed = scope.closedThrough, scope.eventCut < closed.end {
                throw StoreError(
                    .refused,
                    "\(closed) is closed, so a preview can't end before \(closed.end); choose a later instant")
            }
            let shared = scope.isOfOneAccount ? try session.pricing(logCut: scope.logCut).lookups : nil
            let calculation = try CloseCalculation(
                session.statements, session.keys, scope, only: account, lookups: shared)
            let closed = calculation.accounts.first?.closed
            let invoice = closed.flatMap { closed in
                closed.totals.map { _ in
                    calculation.invoice(closed, number: nil, issueDay: nil, logCut: scope.logCut)
                }
            }
            let row = try session.statements("SELECT recorded_at FROM event WHERE position = ?1")
            row.bind(1, scope.logCut)
            let recordedAt = try row.step() ? Instant(nanoseconds: row.integer(0)) : Instant(nanoseconds: 0)
            row.reset()
            return Preview(invoice: invoice, position: scope.logCut, recordedAt: recordedAt)
        }
    }

    /// The document alone.
    public func preview(
        account: AccountID, period: BillingPeriod, eventCut: Instant, logCut: Int64? = nil
    ) throws -> Invoice? {
        try datedPreview(account: account, period: period, eventCut: eventCut, logCut: logCut).invoice
    }
}
