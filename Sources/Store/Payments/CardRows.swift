import Billing
import UsageLedger
import Units

/// Cards and charges, read from the log itself.
struct CardRows {
    private let statements: StatementCache

    init(_ statements: StatementCache) { self.statements = statements }

    /// The last token stored for each account that has one. O(tokens ever stored).
    func tokens() throws -> [AccountID: CardToken] {
        let text = try statements("SELECT text FROM private_text WHERE position = ?1 AND field = 'token'")
        var found: [AccountID: CardToken] = [:]
        try forEach(.cardStored) { position, body in
            guard let account = body["subject"]?.string.flatMap({ try? AccountID($0) }) else { return }
            text.bind(1, position)
            // A token that was taken away, or erased, leaves none.
            let token = try text.step() ? (try? JSONValue(parsing: text.bytes(0)))?.string : nil
            text.reset()
            found[account] = token.flatMap { try? CardToken($0) }
        }
        return found
    }

    /// All charges with what became of them, in the order of the log. O(charges ever made).
    func charges() throws -> [(charge: CardCharge, state: CardChargeState)] {
        var declined: Set<String> = []
        try forEach(.chargeDeclined) { _, body in
            if let id = body["data"]?["charge"]?.string { declined.insert(id) }
        }
        let paid = try statements("SELECT 1 FROM payment WHERE method = ?1 AND reference = ?2")
        var found: [(charge: CardCharge, state: CardChargeState)] = []
        try forEach(.chargeRequested) { position, body in
            guard let charge = CardCharge(body: body) else {
                throw StoreError(.corrupt, "the charge at position \(position) can't be read; run verify")
            }
            paid.bind(1, PaymentMethod.card.rawValue)
            paid.bind(2, charge.id)
            let isPaid = try paid.step()
            paid.reset()
            found.append((charge, isPaid ? .paid : declined.contains(charge.id) ? .declined : .requested))
        }
        return found
    }

    private func forEach(_ type: LedgerEventType, _ body: (_ position: Int64, _ body: JSONValue) throws -> Void) throws
    {
        let rows = try RawStatementScan(
            statements, "SELECT position, body FROM event WHERE task IS NULL AND type = ?1 ORDER BY position",
            bind: Int64(type.rawValue))
        while let row = try rows.next() {
            guard let value = try? JSONValue(parsing: row.bytes(1)) else {
                throw StoreError(.corrupt, "the event at position \(row.integer(0)) can't be read; run verify")
            }
            try body(row.integer(0), value)
        }
    }
}
