import Billing
import UsageLedger
import Units

/// Rows of payments, written with their event and again by a rebuild.
struct PaymentRows {
    private let statements: StatementCache
    private let keys: Keys

    init(_ statements: StatementCache, _ keys: Keys) {
        self.statements = statements
        self.keys = keys
    }

    func write(_ payment: Payment, position: Int64) throws {
        let account = try keys.accounts.numberAddingIfNeeded(of: payment.account)
        let row = try statements("INSERT INTO payment VALUES (?1,?2,?3,?4,?5,?6,?7,?8)")
        row.bind(1, position)
        row.bind(2, account)
        row.bind(3, payment.kind.rawValue)
        row.bind(4, payment.method.rawValue)
        row.bind(5, payment.reference)
        row.bind(6, Int64(payment.day.number))
        row.bind(7, payment.yen.amount)
        row.bind(8, payment.fee.amount)
        try row.run()
        let part = try statements("INSERT INTO payment_part VALUES (?1,?2,?3,?4,?5)")
        for each in payment.parts {
            part.bind(1, position)
            part.bind(2, account)
            part.bind(3, Int64(each.period.monthNumber))
            part.bind(4, each.number.text)
            part.bind(5, each.yen.amount)
            try part.run()
        }
    }

    /// Of one account or all, the newest day last.
    func all(of account: AccountID? = nil) throws -> [RecordedPayment] {
        let row = try statements(
            "SELECT position FROM payment WHERE ?1 IS NULL OR account = ?1 ORDER BY day, position")
        row.bind(1, try account.map { try keys.accounts.number(of: $0) ?? -1 })
        var positions: [Int64] = []
        while try row.step() { positions.append(row.integer(0)) }
        return try positions.map { RecordedPayment(position: $0, payment: try payment(at: $0)) }
    }

    func known(method: PaymentMethod, reference: String) throws -> RecordedPayment? {
        let row = try statements("SELECT position FROM payment WHERE method = ?1 AND reference = ?2")
        row.bind(1, method.rawValue)
        row.bind(2, reference)
        guard try row.step() else { return nil }
        let position = row.integer(0)
        row.reset()
        return RecordedPayment(position: position, payment: try payment(at: position))
    }

    func payment(at position: Int64) throws -> Payment {
        let row = try statements("SELECT body FROM event WHERE position = ?1")
        row.bind(1, position)
        guard try row.step(), let payment = (try? JSONValue(parsing: row.bytes(0))).flatMap(Payment.init(body:)) else {
            throw StoreError(.corrupt, "the payment at position \(position) can't be read; run verify")
        }
        row.reset()
        return payment
    }

    /// Invoices with what is owed and paid for each, by account and month.
    func receivables(of account: AccountID? = nil) throws -> [Receivable] {
        let row = try statements(
            """
            SELECT s.account, s.period, sum(s.receivable_yen), sum(s.kind = 'invoice' AND s.state = 'issued'),
                (SELECT coalesce(sum(p.yen), 0) FROM payment_part p
                    WHERE p.account = s.account AND p.period = s.period),
                (SELECT l.number FROM document_state l WHERE l.account = s.account AND l.period = s.period
                    AND l.kind = 'invoice' ORDER BY l.revision DESC LIMIT 1)
            FROM document_state s \(account == nil ? "" : "WHERE s.account = ?1") GROUP BY s.account, s.period
            ORDER BY s.period, 6
            """)
        if let account { row.bind(1, try keys.accounts.number(of: account) ?? -1) }
        var found: [Receivable] = []
        while try row.step() {
            found.append(
                Receivable(
                    account: try keys.accounts.name(of: row.integer(0)),
                    period: BillingPeriod(monthNumber: Int32(row.integer(1))),
                    number: DocumentNumber(text: row.text(5)),
                    isVoid: row.integer(3) == 0, owed: Yen(row.integer(2)), paid: Yen(row.integer(4))))
        }
        return found
    }

    /// What is held for an account: payments' rests, and what was paid for invoices above what is owed now.
    func held(of account: AccountID) throws -> Yen {
        let rests = try all(of: account).reduce(Yen.zero) { $0 + $1.payment.held }
        return try receivables(of: account).reduce(rests) { $1.open < .zero ? $0 - $1.open : $0 }
    }
}

/// A payment and where it stands in the log.
public struct RecordedPayment: Hashable, Sendable {
    public let position: Int64
    public let payment: Payment
}
