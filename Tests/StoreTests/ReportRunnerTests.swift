import Testing

@testable import Store

/// The runner of reports: it reads only, and takes nothing that wasn't promised.
@Suite struct ReportRunnerTests {
    private static func ask(
        _ sql: String, columns: [ReportQuery.Column], parameters: [String: ReportValue] = [:]
    ) throws -> [[ReportValue]] {
        try LedgerStore(path: ":memory:")
            .report(ReportQuery(name: "test", sql: sql, columns: columns, parameters: parameters)).rows
    }

    private static func integer(_ name: String) -> ReportQuery.Column { .init(name: name, storage: .integer) }
    private static func text(_ name: String) -> ReportQuery.Column { .init(name: name, storage: .text) }

    @Test func givesRowsAndTheWatermark() throws {
        let query = ReportQuery(
            name: "test", sql: "SELECT :number AS a, :text AS b, :nothing AS c",
            columns: [Self.integer("a"), Self.text("b"), Self.text("c")],
            parameters: ["number": .integer(-1), "text": .text("計"), "nothing": .null])
        let result = try LedgerStore(path: ":memory:").report(query)
        #expect(result.rows == [[.integer(-1), .text("計"), .null]])
        #expect(result.position == 0)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let sql: String
        let code: StoreError.Code
        var testDescription: String { sql }
    }

    @Test(arguments: [
        Refused(sql: "DELETE FROM event", code: .refused),
        Refused(sql: "INSERT INTO task VALUES (1, 'x') RETURNING task AS a", code: .refused),
        Refused(sql: "SELECT 1 AS a; SELECT 2 AS a", code: .internal),
        Refused(sql: "SELECT 1 AS b", code: .refused),
        Refused(sql: "SELECT 1 AS a, 2 AS b", code: .refused),
        Refused(sql: "SELECT :x AS a", code: .refused),
        Refused(sql: "SELECT ? AS a", code: .refused),
        Refused(sql: "SELECT 'text' AS a", code: .internal),
        Refused(sql: "SELECT 9223372036854775807 + 1 AS a", code: .internal),
        Refused(sql: "SELECT x'00' AS a", code: .internal),
        Refused(sql: "SELECT a FROM nowhere", code: .internal),
        Refused(sql: "SELEKT", code: .internal),
        Refused(sql: "", code: .internal),
    ])
    func refusesWhatIsNoReport(_ refused: Refused) throws {
        #expect {
            try Self.ask(refused.sql, columns: [Self.integer("a")])
        } throws: { ($0 as? StoreError)?.code == refused.code }
    }

    @Test func everyParameterMustBeUsed() {
        #expect {
            try Self.ask("SELECT :x AS a", columns: [Self.integer("a")], parameters: ["x": .null, "y": .null])
        } throws: { "\($0)" == "the SQL of report 'test' takes x; wrong: y" }
    }

    @Test func theFileCannotBeWritten() throws {
        let store = try LedgerStore(path: ":memory:")
        #expect(throws: StoreError.self) {
            try store.database.read { try RawStatement($0, "DELETE FROM event").run() }
        }
    }
}
