import Foundation
import Store
import TestSupport
import Testing

/// Whoever changes one byte of the file behind our back is found out, and `verify` names the first record that differs.
@Suite(.serialized) struct TamperingTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let sql: String
        /// Beginning of the check's name, and what its fault says.
        let check: String
        let fault: String

        init(_ name: String, _ sql: String, _ check: String, _ fault: String) {
            (testDescription, self.sql, self.check, self.fault) = (name, sql, check, fault)
        }
    }

    /// One byte of a BLOB, `x'2A'` for `*`.
    private static func flipped(_ column: String, at place: Int) -> String {
        "CAST(substr(\(column), 1, \(place - 1)) || x'2A' || substr(\(column), \(place + 1)) AS BLOB)"
    }

    static let logCases = [
        Case(
            "a body byte", "UPDATE event SET body = \(flipped("body", at: 60)) WHERE position = 20", "bodies",
            "the body at position 20 "),
        Case(
            "a leaf hash", "UPDATE event SET leaf_hash = \(flipped("leaf_hash", at: 7)) WHERE position = 33", "bodies",
            "the body at position 33 "),
        Case(
            "an event", "DELETE FROM event WHERE position = 21", "bodies", "the event at position 21 is missing"),
        Case(
            "the last event", "DELETE FROM event WHERE position = (SELECT max(position) FROM event)", "Merkle root",
            "the head names"),
        Case("the head", "UPDATE log_head SET size = size - 1", "", ""),
        Case(
            "recorded_at", "UPDATE event SET recorded_at = recorded_at - 3600000000000 WHERE position = 40", "bodies",
            "recorded_at at position 40 "),
        Case(
            "occurred_at", "UPDATE event SET occurred_at = occurred_at + 1 WHERE position = 25", "columns",
            "beside the body at position 25 "),
        Case(
            "an event's type", "UPDATE event SET type = 3 WHERE position = 25", "columns",
            "beside the body at position 25 "),
        Case(
            "an event's task", "UPDATE event SET task = task + 1 WHERE position = 25", "columns",
            "beside the body at position 25 "),
        Case(
            "a task's name", "UPDATE task SET name = name || 'x' WHERE task = 1", "columns",
            "beside the body at position "),
        Case(
            "a source's name", "UPDATE event_source SET name = '/other' WHERE name = '/scheduler'", "columns",
            "beside the body at position "),
        Case(
            "a missing source", "DELETE FROM event_source WHERE name = '/scheduler'", "columns",
            "name a source that is missing"),
        Case(
            "a private text",
            "UPDATE private_text SET text = CAST('\"x\"' AS BLOB) WHERE field = 'name' AND position = "
                + "(SELECT min(position) FROM private_text WHERE position > 20)", "private texts",
            "the private text 'name' of position "),
    ]

    static let projectionCases = [
        Case(
            "seconds of a day", "UPDATE usage_day SET seconds = seconds + 1 WHERE rowid_day", "projection usage_day",
            "is stored but"),
        Case(
            "a month's GPU seconds",
            "UPDATE usage_month SET gpu_second_thousandths = gpu_second_thousandths + 1 WHERE month = "
                + "(SELECT min(month) FROM usage_month)", "projection usage_month", "is stored but"),
        Case(
            "a run's stop",
            "UPDATE stopped_run SET stopped_at = stopped_at + 1000000000 WHERE task = "
                + "(SELECT min(task) FROM stopped_run)", "projection stopped_run", "is stored but"),
        Case(
            "a missing run", "DELETE FROM stopped_run WHERE task = (SELECT max(task) FROM stopped_run)",
            "projection stopped_run", "isn't stored"),
        Case(
            "a price",
            "UPDATE price_row SET yen_billionths = yen_billionths + 1 WHERE position = "
                + "(SELECT min(position) FROM price_row)", "projection price_row", "is stored but"),
        Case("a credit", "UPDATE credit SET yen = yen + 1000", "projection credit", "is stored but"),
        Case(
            "an account's name", "UPDATE account_version SET name = 'someone else'", "projection account_version",
            "is stored but"),
        Case(
            "an amount of a line", "UPDATE document_line SET amount_yen = amount_yen - 1 WHERE line = 1",
            "projection document_line", "is stored but"),
        Case(
            "a close's rules", "UPDATE closing SET invoice_minimum_yen = invoice_minimum_yen + 1", "projection closing",
            "is stored but"),
        Case(
            "coverage", "UPDATE coverage SET events = events + 1 WHERE class = 'billable'", "projection coverage",
            "is stored but"),
        Case("an acceptance", "DELETE FROM gate_acceptance", "projection gate_acceptance", "isn't stored"),
    ]

    static let documentCases = [
        Case(
            "a document byte", "UPDATE document SET body = \(flipped("body", at: 14)) WHERE number = '201711-000001'",
            "",
            "201711-000001"),
        Case(
            "an amount inside a document",
            "UPDATE document SET body = CAST(replace(body, '\"payable_yen\":', "
                + "'\"payable_yen\":1') AS BLOB) WHERE number = '201711-000001'", "", "201711-000001"),
        Case(
            "a document's amount", "UPDATE document SET payable_yen = payable_yen + 1 WHERE number = '201711-000001'",
            "",
            "a column of document 201711-000001"),
        Case(
            "a document's hash",
            "UPDATE document SET sha256 = \(flipped("sha256", at: 3)) WHERE number = '201711-000001'", "",
            "the bytes of document 201711-000001"),
        Case(
            "a document's day", "UPDATE document SET issue_day = issue_day - 1 WHERE number = '201711-000001'", "",
            "a column of document 201711-000001"),
        Case(
            "a gap in the numbers", "DELETE FROM document WHERE number = '201712-000001'", "",
            "number 201712-000001 is missing"),
        Case(
            "the last document of a month", "DELETE FROM document WHERE number = '201711-000001'", "",
            "document 201711-000001, issued at position "),
        Case(
            "a document of nobody",
            "DELETE FROM account_key WHERE account = (SELECT account FROM document WHERE number = "
                + "'201711-000001')", "", "missing"),
        Case(
            "an issuer's name", "UPDATE issuer_version SET name = 'someone else'", "projection issuer_version",
            "is stored but"),
    ]

    @Test(arguments: logCases + projectionCases + documentCases)
    func isNamed(_ change: Case) throws {
        let file = try TemporaryDatabase()
        try Self.ledger.get().write(to: URL(filePath: file.path))
        let sql = change.sql.replacing(" WHERE rowid_day", with: " WHERE day = (SELECT min(day) FROM usage_day)")
        try file.tamper(sql)
        do {
            let faults = try LedgerStore(path: file.path).verify().checks.filter { $0.fault != nil }
            let first = try #require(faults.first, "nothing was found")
            #expect(first.name.hasPrefix(change.check), "\(first.name): \(first.fault ?? "")")
            #expect(first.fault?.contains(change.fault) == true, "\(first.name): \(first.fault ?? "")")
        } catch let error as StoreError {
            #expect(change.check.isEmpty && error.code == .corrupt, "\(error)")
        }
    }

    /// One ledger that has lived through its months, made once and copied for each case.
    static let ledger = Result<Data, any Error> {
        let file = try TemporaryDatabase()
        let history = SimulatedHistory(seed: 20_171_101, tasks: 20)
        try live(history, path: file.path)
        return try Data(contentsOf: URL(filePath: file.path))
    }

    /// The file is closed when this returns.
    private static func live(_ history: SimulatedHistory, path: String) throws {
        let ledger = try SimulatedLedger(history.setUp, path: path)
        try ledger.live(through: history)
        try ledger.expectRight("before anybody touches it")
    }
}
