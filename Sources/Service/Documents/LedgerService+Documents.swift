import Billing
import Store
import UsageLedger
import Units

/// What documents are looked for by, and which stretch of them is wanted.
public struct InvoiceSearch: Sendable {
    public var scope: AccountScope
    /// Issue days, both included.
    public var issuedFrom: CivilDay?
    public var issuedTo: CivilDay?
    /// Total in yen, both included.
    public var minimum: Yen?
    public var maximum: Yen?
    public var period: BillingPeriod?
    /// Beginning of the number.
    public var number: String?
    /// An account's id, or a part of a name that it has borne.
    public var counterparty: String?
    public var kind: DocumentKind?
    public var offset: Int64 = 0
    public var limit = 100

    public init(scope: AccountScope) { self.scope = scope }
}

extension LedgerService {
    /// Issued documents, newest first, and how many there are in all.
    public func invoices(_ search: InvoiceSearch) throws -> (count: Int64, documents: [IssuedDocument]) {
        var asked = DocumentSearch(
            issuedFrom: search.issuedFrom, issuedTo: search.issuedTo, minimum: search.minimum,
            maximum: search.maximum, account: search.scope.account, period: search.period)
        asked.number = search.number
        asked.counterparty = search.counterparty
        asked.kind = search.kind
        return try store.documents(asked, offset: search.offset, limit: search.limit)
    }

    /// An issued document with its stored bytes. Errors: `not_found`, also for another account's; `database_corrupt`.
    public func invoice(
        _ number: String, scope: AccountScope
    ) throws -> (invoice: Invoice, document: IssuedDocument, bytes: [UInt8]) {
        let (document, bytes) = try store.document(DocumentNumber(text: number), account: scope.account)
        guard let invoice = Invoice(bytes: bytes) else {
            throw StoreError(.corrupt, "document \(number) can't be read; run verify")
        }
        return (invoice, document, bytes)
    }

    /// What an account's invoice would be now: the close with a cut of now; `nil` when there would be none.
    /// Error: `not_found` for an account that isn't registered.
    public func preview(
        account: AccountID, period: BillingPeriod?, asOf: AsOf?, eventCut: Instant? = nil
    ) throws -> (invoice: Invoice?, period: BillingPeriod, watermark: Watermark) {
        guard try store.account(account) != nil else {
            throw StoreError(.notFound, "there is no account \(account)")
        }
        let now = environment.now(), month = period ?? CivilDay(now).period
        let cut = min(eventCut ?? now, now)
        let preview = try store.datedPreview(
            account: account, period: month, eventCut: cut, logCut: try asOf?.position(in: self))
        return (
            preview.invoice, month,
            Watermark(
                position: preview.position, recordedAt: preview.recordedAt, eventCut: min(cut, month.end))
        )
    }

}
