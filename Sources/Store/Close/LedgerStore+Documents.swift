import Billing
import Units

extension LedgerStore {
    /// Tax on the documents of a period's close. O(documents of the period).
    public func tax(of period: BillingPeriod) throws -> Yen {
        try read { statements, _ in
            let row = try statements(
                """
                SELECT coalesce(sum(json_extract(CAST(body AS TEXT), '$.tax_yen')), 0) FROM document
                WHERE period = ?1 AND kind = 'invoice' AND revision = 1
                """)
            row.bind(1, Int64(period.monthNumber))
            _ = try row.step()
            defer { row.reset() }
            return Yen(row.integer(0))
        }
    }

    /// The stored bytes of a period's documents, by number.
    public func documents(period: BillingPeriod) throws -> [[UInt8]] {
        try read { statements, _ in
            let rows = try statements("SELECT body FROM document WHERE period = ?1 ORDER BY number")
            rows.bind(1, Int64(period.monthNumber))
            var found: [[UInt8]] = []
            while try rows.step() { found.append(rows.bytes(0)) }
            return found
        }
    }
}
