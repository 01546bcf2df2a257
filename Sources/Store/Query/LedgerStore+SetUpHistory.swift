import Billing
import UsageLedger
import Units

/// One recorded change of the set-up, as people read it.
public struct RecordedChange: Hashable, Sendable {
    public let position: Int64
    public let recordedAt: Instant
    /// The event's type, for example `price.added`.
    public let type: String
    /// What it is about: an account or plan.
    public let subject: String
    /// What has changed, with the old values.
    public let summary: String
    public let who: String
    /// `nil` when none was given, or it was erased.
    public let reason: String?
}

/// Which part of the set-up a history tells.
public enum SetUpPart: Sendable {
    case prices
    case accounts
    case credits

    fileprivate var types: [LedgerEventType] {
        switch self {
        case .prices: [.plan, .price, .priceEnd, .priceWithdrawal]
        case .accounts: [.account, .user]
        case .credits: [.credit]
        }
    }
}

extension LedgerStore {
    /// The recorded changes of a part of the set-up in the order of the log, of one subject (account or plan) or all.
    /// O(events of the types).
    public func history(of part: SetUpPart, subject: String? = nil) throws -> [RecordedChange] {
        try read { statements, _ in
            var reading = HistoryReading(statements: statements)
            return try reading.changes(part.types, subject: subject)
        }
    }
}

/// Walks recorded set-up events and remembers what each replaces.
private struct HistoryReading {
    let statements: StatementCache
    private var known = SetUp()
    private var rows: [PriceRow] = []

    init(statements: StatementCache) { self.statements = statements }

    mutating func changes(_ types: [LedgerEventType], subject: String?) throws -> [RecordedChange] {
        let numbers = types.map { String($0.rawValue) }.joined(separator: ", ")
        let events = try statements(
            """
            SELECT position, recorded_at, type, body FROM event WHERE task IS NULL AND type IN (\(numbers))
            ORDER BY position
            """
        )
        var found: [RecordedChange] = []
        while try events.step() {
            let position = events.integer(0)
            guard let type = LedgerEventType(rawValue: Int(events.integer(2))),
                let body = try? JSONValue(parsing: events.bytes(3)),
                let about = body["subject"]?.string
            else { throw StoreError(.corrupt, "the event at position \(position) can't be read; run verify") }
            // Prices are remembered even when another plan is asked for: an end names only its row.
            let texts = try privateTexts(position)
            guard let change = SetUpChange(type: type, body: body, position: position, privateTexts: texts) else {
                throw StoreError(.corrupt, "the event at position \(position) can't be read; run verify")
            }
            defer { remember(change) }
            guard subject == nil || subject == about else { continue }
            found.append(
                RecordedChange(
                    position: position, recordedAt: Instant(nanoseconds: events.integer(1)), type: type.name,
                    subject: about,
                    summary: change.summary(from: known), who: body["data"]?["who"]?.string ?? "", reason: texts["why"])
            )
        }
        return found
    }

    private mutating func remember(_ change: SetUpChange) {
        switch change {
        case .account(let account): known.accounts[account.id] = account
        case .plan(let plan): known.plans[plan.id] = plan
        case .price(let row):
            rows.append(row)
            known.prices = PriceBook(rows)
        case .priceEnd(let position, _, let to):
            if let index = rows.firstIndex(where: { $0.position == position }) { rows[index].to = to }
            known.prices = PriceBook(rows)
        case .priceWithdrawal, .user, .credit, .issuer, .rules: break
        }
    }

    private func privateTexts(_ position: Int64) throws -> [String: String] {
        let texts = try statements("SELECT field, text FROM private_text WHERE position = ?1")
        texts.bind(1, position)
        var found: [String: String] = [:]
        while try texts.step() { found[texts.text(0)] = (try? JSONValue(parsing: texts.bytes(1)))?.string }
        return found
    }
}
