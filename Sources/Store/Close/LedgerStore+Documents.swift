import Billing
import Units

extension LedgerStore {
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
