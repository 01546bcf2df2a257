import Billing
import UsageLedger
import Units

extension LedgerStore {
    /// The books of all documents and payments in the log. Error: `database_corrupt`. O(n) in their bytes.
    public func journal() throws -> Journal {
        try read { statements, keys in
            Journal(
                documents: try Self.bookedDocuments(statements, keys),
                payments: try PaymentRows(statements, keys).all().map { ($0.position, $0.payment) })
        }
    }

    private static func bookedDocuments(_ statements: StatementCache, _ keys: Keys) throws -> [BookedDocument] {
        let row = try statements(
            """
            SELECT d.position, d.account, d.body, s.ended_by, s.state,
                (SELECT e.recorded_at FROM event e WHERE e.position = s.ended_by)
            FROM document d JOIN document_state s ON s.position = d.position ORDER BY d.position
            """)
        var found: [BookedDocument] = []
        while try row.step() {
            guard let invoice = Invoice(bytes: row.bytes(2)), let number = invoice.number, let day = invoice.issueDay
            else {
                throw StoreError(.corrupt, "the document at position \(row.integer(0)) can't be read; run verify")
            }
            let isEnded = row.text(4) != DocumentState.issued.rawValue
            let totals = invoice.totals
            let isReturn = invoice.kind == .returned
            found.append(
                BookedDocument(
                    position: row.integer(0), number: number, kind: invoice.kind,
                    account: try keys.accounts.name(of: row.integer(1)), period: invoice.period, issueDay: day,
                    isReissue: invoice.isReissue, net: isReturn ? -totals.net : totals.net,
                    tax: isReturn ? -totals.tax : totals.tax,
                    end: isEnded ? (row.integer(3), CivilDay(Instant(nanoseconds: row.integer(5)))) : nil))
        }
        return found
    }
}
