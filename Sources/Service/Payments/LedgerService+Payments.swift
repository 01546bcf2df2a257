import Billing
import Store
import Units

extension LedgerService {
    /// Records a payment of which somebody says what it pays. Recorded before, nothing is written. To be called in a
    /// transaction.
    ///
    /// Errors, in order: `unknown_reference` with every account and invoice that isn't there, those of
    /// `LedgerStore.record`.
    public func record(
        _ request: PaymentRequest, by author: Author
    ) throws -> (payment: RecordedPayment, isNew: Bool) {
        var issues: [ServiceError.Issue] = []
        func note(_ field: String, _ message: String) {
            issues.append(
                .init(field: field, code: ServiceError.Code.unknownReference.rawValue, message: message))
        }
        if let account = request.account, try store.account(account) == nil {
            note("account", "there is no account '\(account)'; register it first, or name another")
        }
        for (index, number) in request.invoices.enumerated() {
            do {
                _ = try store.document(number)
            } catch let error as StoreError where error.code == .notFound {
                note("invoices[\(index)]", error.message)
            }
        }
        guard issues.isEmpty else { throw ServiceError(.unknownReference, issues: issues) }
        return try store.record(request, by: actor(author))
    }

    /// How the invoices among some documents stand on a day: those that stand, and void ones. Returns and replaced
    /// invoices have no state of their own.
    public func paymentStatuses(
        of documents: [IssuedDocument], on day: CivilDay
    ) throws -> [DocumentNumber: Receivable.Status] {
        let invoices = documents.filter { $0.kind == .invoice }
        var receivables: [AccountID: [Receivable]] = [:]
        for account in Set(invoices.map(\.account)) { receivables[account] = try store.receivables(of: account) }
        var statuses: [DocumentNumber: Receivable.Status] = [:]
        for invoice in invoices {
            switch invoice.state {
            case .issued:
                statuses[invoice.number] =
                    receivables[invoice.account]?.first { $0.period == invoice.period }?.status(on: day)
            case .void: statuses[invoice.number] = .void
            case .replaced: break
            }
        }
        return statuses
    }
}
