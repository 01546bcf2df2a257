import Testing

@testable import Service
@testable import Store

/// The close check against a good ledger, and against ledgers that somebody has changed behind our back.
@Suite struct CloseCheckTests {
    /// Runs SQL on the ledger's own connection, with the triggers gone that would refuse it.
    private static func tamper(_ ledger: ReportLedger, _ statements: [String]) throws {
        let triggers = ["document_refuses_update", "document_refuses_delete", "event_refuses_update"]
        try ledger.store.database.write { connection in
            for sql in triggers.map({ "DROP TRIGGER \($0)" }) + statements { try RawStatement(connection, sql).run() }
        }
    }

    @Test func findsNothingOnAGoodLedger() throws {
        let ledger = try ReportLedger()
        try ledger.fill()
        #expect(try ledger.answer("close-check").rows.isEmpty)
        #expect(try !ledger.answer("close-check").isFault)
        let closed = try ReportLedger()
        try closed.fillAndClose()
        #expect(try closed.answer("close-check").rows.isEmpty)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let sql: String
        /// Kind and document of each fault.
        let faults: Set<String>
        var testDescription: String { sql }
    }

    /// Documents of the ledger: 201710-000001 and 201711-000001 of acme, 201711-000002 of beta.
    @Test(arguments: [
        Case(
            sql: "UPDATE document_line SET amount_yen = amount_yen + 1 WHERE class = 'usage' AND charge_month = 24213",
            faults: [
                "amount_of_line 201710-000001", "line_differs 201710-000001", "total 201710-000001",
                "billed_differs_from_use 2017-10 acme v100",
            ]),
        Case(
            sql: "DELETE FROM document_line WHERE class = 'credit' AND amount_yen > 0",
            faults: ["total 201711-000001", "line_differs 201711-000001"]),
        Case(
            sql: "UPDATE document_line SET shortfall_seconds = 1 WHERE class = 'carried'",
            faults: ["line_differs 201711-000002"]),
        Case(
            sql: "UPDATE document_line SET amount_yen = 9223372036854775807 WHERE class = 'carried'",
            faults: ["line_differs 201711-000002", "total 201711-000002", "billed_differs_from_use 2017-10 beta v100"]),
        Case(
            sql: "UPDATE document SET payable_yen = payable_yen - 1 WHERE number = '201711-000002'",
            faults: ["documents_of_month 2017-11", "head_differs 201711-000002", "payable 201711-000002"]),
        Case(
            sql: """
                UPDATE document SET body = CAST(replace(CAST(body AS TEXT), '"tax_yen":198', '"tax_yen":197') AS BLOB)
                WHERE number = '201711-000002'
                """,
            faults: ["body_changed 201711-000002", "tax 201711-000002", "payable 201711-000002"]),
        Case(
            sql: """
                UPDATE document SET body = CAST(replace(CAST(body AS TEXT), '"new_yen":231', '"new_yen":230') AS BLOB)
                WHERE number = '201711-000001'
                """,
            faults: ["body_changed 201711-000001", "new_amount_of_line 201711-000001"]),
        Case(
            sql: "UPDATE document SET number = '201711-000003' WHERE number = '201711-000002'",
            faults: ["number 201711-000003", "event_differs 201711-000003", "head_differs 201711-000003"]),
        Case(
            sql: """
                UPDATE event SET type = 29
                WHERE position = (SELECT position FROM document WHERE number = '201711-000001')
                """,
            faults: ["event_differs 201711-000001"]),
        Case(
            sql: "UPDATE event SET type = 29 WHERE position = (SELECT max(position) FROM closing)",
            faults: ["month_without_event 2017-11"]),
        Case(
            sql: "DELETE FROM closing WHERE period = 24213",
            faults: ["documents_of_month 2017-10", "month_without_event 2017-10"]),
        Case(sql: "UPDATE closing SET documents = 3 WHERE period = 24214", faults: ["documents_of_month 2017-11"]),
        Case(sql: "UPDATE credit SET yen = 99 WHERE yen = 100", faults: ["credit_overdrawn credit 17"]),
        Case(
            sql: "UPDATE usage_month SET gpu_second_thousandths = 0 WHERE account = 1 AND month = 24214",
            faults: ["billed_differs_from_use 2017-11 acme v100"]),
    ])
    func findsWhatWasChanged(_ change: Case) throws {
        let ledger = try ReportLedger()
        try ledger.fillAndClose()
        try Self.tamper(ledger, [change.sql])
        let answer = try ledger.answer("close-check")
        #expect(answer.isFault)
        #expect(Set(answer.rows.map { "\($0[0].text) \($0[1].text)" }) == change.faults)
    }

    @Test func aBodyThatIsNoDocumentDoesNotStopIt() throws {
        let ledger = try ReportLedger()
        try ledger.fillAndClose()
        try Self.tamper(ledger, ["UPDATE document SET body = x'00FF' WHERE number = '201711-000001'"])
        let faults = try ledger.answer("close-check").rows.map(\.[0].text)
        #expect(Set(faults).isSuperset(of: ["body_changed", "head_differs", "line_differs", "total"]))
    }

    @Test func looksAtOneMonthOnlyWhenAsked() throws {
        let ledger = try ReportLedger()
        try ledger.fillAndClose()
        try Self.tamper(ledger, ["UPDATE closing SET documents = 3 WHERE period = 24214"])
        #expect(try ledger.answer("close-check", ["period": "2017-10"]).rows.isEmpty)
        #expect(try ledger.answer("close-check", ["period": "2017-11"]).rows.count == 1)
    }
}
