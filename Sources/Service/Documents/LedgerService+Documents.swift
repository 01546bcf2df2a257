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
    public var offset = 0
    public var limit = 100

    public init(scope: AccountScope) { self.scope = scope }
}

extension LedgerService {
    /// Issued documents, newest first, and how many there are in all.
    public func invoices(_ search: InvoiceSearch) throws -> (count: Int64, documents: [IssuedDocument]) {
        try store.documents(
            DocumentSearch(
                issuedFrom: search.issuedFrom, issuedTo: search.issuedTo, minimum: search.minimum,
                maximum: search.maximum,
                account: search.scope.account, period: search.period),
            offset: search.offset, limit: search.limit)
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
        guard try store.setUp().accounts[account] != nil else {
            throw StoreError(.notFound, "there is no account \(account)")
        }
        let now = environment.now(), month = period ?? CivilDay(now).period
        let cut = min(eventCut ?? now, now), head = try store.head()
        let position = min(try asOf?.position(in: self) ?? head.size, head.size)
        let invoice = try store.preview(account: account, period: month, eventCut: cut, logCut: position)
        return (
            invoice, month, Watermark(position: position, recordedAt: head.recordedAt, eventCut: min(cut, month.end))
        )
    }

    /// Where the yen of one line come from. Error: `not_found`, also for another account's document.
    public func explanation(ofLine line: Int, number: String, scope: AccountScope) throws -> Explanation {
        _ = try store.document(DocumentNumber(text: number), account: scope.account)
        return try store.explain(number: number, line: line)
    }
}
