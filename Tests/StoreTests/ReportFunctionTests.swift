import Testing

@testable import Store

/// SQL functions of reports against figures worked out by hand.
@Suite struct ReportFunctionTests {
    private static func value(_ expression: String) throws -> ReportValue {
        let storages: [ReportQuery.Column.Storage] = [.integer, .text]
        for storage in storages {
            let columns = [ReportQuery.Column(name: "a", storage: storage)]
            let query = ReportQuery(name: "test", sql: "SELECT \(expression) AS a", columns: columns, parameters: [:])
            if let rows = try? LedgerStore(path: ":memory:").report(query).rows { return rows[0][0] }
        }
        throw StoreError(.internal, "\(expression) is neither integer nor text")
    }

    @Test(arguments: [
        // 0.016 yen × 66,943,015 GPU seconds.
        ("exact_yen(66943015000, 16000000)", "1071088.24"), ("floor_yen(66943015000, 16000000)", "1071088"),
        // Beyond 64 bits on the way, and at the end.
        ("exact_yen(9000000000000000000, 10000000000000)", "90000000000000000000"),
        ("floor_yen(900000000000000000, 10000000000000)", "9000000000000000000"),
        ("floor_yen(9000000000000000000, 10000000000000)", "NULL"),
        ("exact_yen(-1, 1)", "-0.000000000001"), ("floor_yen(-1, 1)", "NULL"), ("floor_yen(1, 1)", "0"),
        ("exact_yen(NULL, 1)", "NULL"), ("exact_yen(1.5, 1)", "NULL"), ("exact_yen('1', 1)", "NULL"),
        ("price_text(16000000)", "0.016"), ("price_text(0)", "0"),
        ("tax_included(1100)", "100"), ("tax_included(5603)", "509"), ("tax_included(-1)", "NULL"),
        ("tax_added(1989)", "198"), ("tax_added(-1)", "NULL"),
        ("thousandths_text(1500)", "1.5"), ("thousandths_text(-142)", "-0.142"),
        ("thousandths('1.5')", "1500"), ("thousandths('-0.142')", "-142"), ("thousandths('1,5')", "NULL"),
        ("percent(1, 3)", "33.3"), ("percent(3, 3)", "100"), ("percent(1, 0)", "NULL"),
        ("percent(9000000000000000000, 9000000000000000000)", "100"),
        ("seconds_started(1)", "1"), ("seconds_started(1000000000)", "1"), ("seconds_started(-1)", "NULL"),
        ("day_text(day_of(1509375599999999999))", "2017-10-30"),
        ("day_text(day_of(1509375600000000000))", "2017-10-31"),
        ("month_text(month_of(day_of(1509462000000000000)))", "2017-11"), ("month_text(24214)", "2017-11"),
        ("day_text(first_day(24214))", "2017-11-01"), ("day_text(last_day(24214))", "2017-11-30"),
        ("instant_text(start_of_month(24214))", "2017-11-01T00:00:00.000+09:00"),
        ("instant_text(end_of_month(24214))", "2017-12-01T00:00:00.000+09:00"),
        ("instant_text(start_of_day(17470))", "2017-10-31T00:00:00.000+09:00"),
        ("instant_text(end_of_day(17470))", "2017-11-01T00:00:00.000+09:00"),
        ("day_text(-1)", "NULL"), ("day_text(9223372036854775807)", "NULL"), ("month_text(0)", "NULL"),
        ("instant_text(9223372036854775807)", "NULL"), ("day_of(-1)", "NULL"), ("end_of_month(99999)", "NULL"),
        ("anomaly_names(0)", ""), ("anomaly_names(9)", "stop_without_start, stop_conflict"),
        ("bills_nothing(8)", "0"), ("bills_nothing(9)", "1"), ("bills_nothing(0)", "0"),
        ("sha256(x'616263')", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("sha256('abc')", "NULL"),
    ])
    func givesWhatItShould(_ expression: String, _ expected: String) throws {
        let found =
            switch try Self.value(expression) {
            case .null: "NULL"
            case .integer(let integer): String(integer)
            case .text(let text): text
            }
        #expect(found == expected)
    }

    private static let rows = "(VALUES (9000000000000000000, 5), (9000000000000000000, 5), (1, NULL), (NULL, 7))"

    @Test func sumsNeverLeaveTheIntegers() throws {
        #expect(try Self.value("(SELECT sum_exact(column1) FROM \(Self.rows))") == .null)
        #expect(try Self.value("(SELECT sum_exact(column2) FROM \(Self.rows))") == .integer(17))
        #expect(try Self.value("(SELECT sum_exact(column1) FROM \(Self.rows) WHERE 0)") == .integer(0))
        #expect(try Self.value("(SELECT sum_exact_yen(column1, column2) FROM \(Self.rows))") == .text("90000000"))
        #expect(try Self.value("(SELECT sum_floor_yen(column1, column2) FROM \(Self.rows))") == .integer(90_000_000))
        #expect(try Self.value("(SELECT sum_exact_yen(column1, column2) FROM \(Self.rows) WHERE 0)") == .text("0"))
    }
}
