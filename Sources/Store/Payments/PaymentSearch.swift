import Billing
import Units

/// What payments are looked for by, in any combination.
public struct PaymentSearch: Sendable {
    public var account: AccountID?
    /// Days on which they were booked, both included.
    public var from: CivilDay?
    public var to: CivilDay?
    /// Only those that pay an invoice of this month.
    public var period: BillingPeriod?
    /// Only those that pay this invoice, by the number that it had then.
    public var number: DocumentNumber?

    public init(account: AccountID? = nil) { self.account = account }
}

extension LedgerStore {
    /// A stretch of the payments that meet all that is asked, the newest day first, and how many there are in all.
    /// O(payments of the account, or of all).
    public func payments(
        _ search: PaymentSearch, offset: Int64, limit: Int
    ) throws -> (count: Int64, payments: [RecordedPayment]) {
        try read { statements, keys in
            let counting = try statements("SELECT count(*) FROM payment p \(search.condition)")
            try search.bind(to: counting, keys)
            _ = try counting.step()
            let count = counting.integer(0)
            counting.reset()
            let row = try statements(
                """
                SELECT position FROM payment p \(search.condition) ORDER BY day DESC, position DESC LIMIT ?6 OFFSET ?7
                """)
            try search.bind(to: row, keys)
            row.bind(6, Int64(limit))
            row.bind(7, offset)
            var positions: [Int64] = []
            while try row.step() { positions.append(row.integer(0)) }
            let rows = PaymentRows(statements, keys)
            return (count, try positions.map { RecordedPayment(position: $0, payment: try rows.payment(at: $0)) })
        }
    }
}

extension PaymentSearch {
    /// Only what is asked, so that an index can serve it.
    fileprivate var condition: String {
        var parts: [String] = []
        if account != nil { parts.append("p.account = ?1") }
        if from != nil { parts.append("p.day >= ?2") }
        if to != nil { parts.append("p.day <= ?3") }
        if period != nil || number != nil {
            let paid = [period.map { _ in "q.period = ?4" }, number.map { _ in "q.number = ?5" }].compactMap(\.self)
            parts.append(
                """
                EXISTS (SELECT 1 FROM payment_part q WHERE q.account = p.account AND q.payment = p.position
                AND \(paid.joined(separator: " AND ")))
                """)
        }
        return parts.isEmpty ? "" : "WHERE " + parts.joined(separator: " AND ")
    }

    fileprivate func bind(to row: RawStatement, _ keys: Keys) throws {
        if let account { row.bind(1, try keys.accounts.number(of: account) ?? -1) }
        if let from { row.bind(2, Int64(from.number)) }
        if let to { row.bind(3, Int64(to.number)) }
        if let period { row.bind(4, Int64(period.monthNumber)) }
        if let number { row.bind(5, number.text) }
    }
}
