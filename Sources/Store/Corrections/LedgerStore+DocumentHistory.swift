import Billing
import UsageLedger
import Units

extension LedgerStore {
    /// All that was done with an account's documents of one month, of whichever of them the number is: issues, returns,
    /// reissues and voids in the order of the log, each with who and why. Error: `not_found`.
    public func documentHistory(_ number: DocumentNumber) throws -> [RecordedChange] {
        try read { statements, keys in
            let document = try DocumentSearch.document(number, account: nil, statements, keys).document
            let events = try RawStatementScan(
                statements,
                """
                WITH own AS (SELECT position, ended_by, state FROM document_state WHERE account = ?1 AND period = ?2)
                SELECT e.position, e.recorded_at, e.type, e.body FROM event e WHERE e.position IN (
                    SELECT position FROM own UNION SELECT ended_by FROM own WHERE state = 'void')
                ORDER BY e.position
                """, bind: try keys.accounts.number(of: document.account), Int64(document.period.monthNumber))
            let closing = try ClosingRows(statements).all().first { $0.period == document.period }
            var found: [RecordedChange] = []
            while let event = try events.next() {
                guard let type = LedgerEventType(rawValue: Int(event.integer(2))),
                    let body = try? JSONValue(parsing: event.bytes(3))
                else {
                    throw StoreError(.corrupt, "the event at position \(event.integer(0)) can't be read; run verify")
                }
                // Who issued the first one stands with the close.
                let isFirst = type == .documentIssued && body["data"]?["original"] == nil
                let author = isFirst ? closing?.position ?? event.integer(0) : event.integer(0)
                found.append(
                    RecordedChange(
                        position: event.integer(0), recordedAt: Instant(nanoseconds: event.integer(1)), type: type.name,
                        subject: body["subject"]?.string ?? "", summary: Self.summary(type, body),
                        who: try Self.who(statements, at: author), reason: try Self.reason(statements, at: author)))
            }
            return found
        }
    }

    private static func summary(_ type: LedgerEventType, _ body: JSONValue) -> String {
        let number = body["subject"]?.string ?? "?", data = body["data"]
        guard type == .documentIssued else { return "\(number) void" }
        let yen = "\(data?["payable_yen"]?.integer ?? 0) yen"
        guard let original = data?["original"]?.string else { return "\(number) issued: \(yen)" }
        return data?["kind"]?.string == DocumentKind.returned.rawValue
            ? "\(number) returns of \(original): \(yen)" : "\(number) issued in place of \(original): \(yen)"
    }

    private static func who(_ statements: StatementCache, at position: Int64) throws -> String {
        let row = try statements("SELECT body FROM event WHERE position = ?1")
        row.bind(1, position)
        guard try row.step() else { return "" }
        defer { row.reset() }
        return (try? JSONValue(parsing: row.bytes(0)))?["data"]?["who"]?.string ?? ""
    }

    /// `nil` when none was given, or it was erased.
    private static func reason(_ statements: StatementCache, at position: Int64) throws -> String? {
        let row = try statements("SELECT text FROM private_text WHERE position = ?1 AND field = 'reason'")
        row.bind(1, position)
        guard try row.step() else { return nil }
        defer { row.reset() }
        return (try? JSONValue(parsing: row.bytes(0)))?.string
    }
}
