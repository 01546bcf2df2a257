import TestSupport
import Testing
import Units
import UsageLedger

@Suite struct BillingInfoTests {
    private static let setUp = """
        issuer: {name: 株式会社勘定, registration_number: T7000012050002}
        accounts: [{id: acme, name: Acme}, {id: other, name: Other}]
        plans:
          - {id: h100, name: H100 (80GB), gpu_model: H100, gpu_count: 1, minimum_execution_seconds: 60}
          - {id: v100, name: V100, gpu_model: V100, gpu_count: 1, minimum_execution_seconds: 1}
        prices:
          - {plan: h100, yen_per_second: "0.28", from: 2017-10-01}
          - {plan: v100, yen_per_second: "0.06", from: 2017-10-01, to: 2017-11-17}
          - {plan: v100, yen_per_second: "0.016", from: 2017-11-18}
          - {plan: v100, yen_per_second: "0.01", from: 2017-11-01, account: acme}
          - {plan: v100, yen_per_second: "0.02", from: 2017-11-01, account: other}
        credits: [{account: acme, yen: 10, from: 2017-11-01, to: 2017-11-30}]
        """

    @Test func pricesOfADayAreTheListsAndTheAccountsOwn() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "acme")
            func rows(_ query: String) async throws -> [String] {
                let answer = try await server.ask(.get, "/unit_prices/?\(query)", key: key)
                #expect(answer.status == 200)
                return try answer.json["results"]?.array?.map { row in
                    let isOwn = row["is_overridden"].map { if case .bool(true) = $0 { "own" } else { "list" } } ?? ""
                    let end = row["end_at"]?.string ?? ""
                    return "\(row["plan"]?.string ?? "") \(row["price"]?.string ?? "") \(isOwn) \(end)"
                } ?? []
            }
            #expect(
                try await rows("year=2017&month=11&day=17") == [
                    "v100 0.01 own 2199-12-31", "h100 0.28 list 2199-12-31", "v100 0.06 list 2017-11-17",
                ])
            #expect(
                try await rows("year=2017&month=11&day=18") == [
                    "v100 0.016 list 2199-12-31", "v100 0.01 own 2199-12-31", "h100 0.28 list 2199-12-31",
                ])
            #expect(try await rows("year=2017&month=9&day=30").isEmpty)
            #expect(
                try await rows("year=2017&month=11") == [
                    "v100 0.016 list 2199-12-31", "v100 0.01 own 2199-12-31", "h100 0.28 list 2199-12-31",
                    "v100 0.06 list 2017-11-17",
                ])
            #expect(
                try await rows("year=2017&month=10") == ["h100 0.28 list 2199-12-31", "v100 0.06 list 2017-11-17"])
            #expect(
                try await rows("") == [
                    "v100 0.016 list 2199-12-31", "v100 0.01 own 2199-12-31", "h100 0.28 list 2199-12-31",
                ])
            let first = try await server.ask(.get, "/unit_prices/?year=2017&month=10&day=01", key: key).json
            #expect(first["results"]?.array?.first?["begin_at"]?.string == "2017-10-01")
            let wrong = try await server.ask(.get, "/unit_prices/?year=2017&month=2&day=30", key: key)
            #expect(wrong.status == 400)
            #expect(try wrong.json["errors"]?.array?.first?["field"]?.string == "day")
        }
    }

    @Test func aMonthGrowsByDayUntilItIsTheInvoice() async throws {
        let clock = TestClock(EventScript.instant("20T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "acme")
            try await server.record(
                """
                start 5T10:00 task=a account=acme user=u plan=v100 id=1
                stop 5T11:00 task=a id=2
                start 8T10:00 task=b account=acme user=u plan=h100 id=3
                stop 8T10:00:30 task=b id=4
                """)
            func details(_ query: String) async throws -> [JSONValue] {
                let answer = try await server.ask(.get, "/billing_infos/?year=2017&month=11\(query)", key: key)
                #expect(answer.status == 200)
                let json = try answer.json
                #expect(json["account"]?.string == "acme")
                #expect(json["last_upload_at"]?.string == "2017-11-20T12:00:00.000+09:00")
                return json["details"]?.array ?? []
            }
            #expect(try await details("&day=4").isEmpty)
            let early = try await details("&day=7")
            #expect(early.map { $0["amount"]?.integer } == [36, -10])
            #expect(early.map { $0["plan"]?.string } == ["v100", nil])
            #expect(early.map { $0["usage_type"]?.integer } == [1, 3])
            let closesAt = try await server.ask(.get, "/billing_infos/?year=2017&month=11&day=7", key: key).json
            #expect(closesAt["bill_close_at"]?.string == "2017-11-07")
            #expect(early.map { $0["usage"]?.integer } == [3600, 0])
            let whole = try await details("")
            #expect(whole.map { $0["sequence_no"]?.integer } == [1, 2, 3])
            #expect(whole.map { $0["amount"]?.integer } == [16, 36, -10])
            #expect(whole[0]["usage"]?.integer == 60)
            #expect(whole[2]["plan"]?.isNull == true)
            clock.set(EventScript.instant("12-05T12:00"))
            try await server.close("2017-11", issueDay: "2017-12-05")
            clock.set(EventScript.instant("12-05T13:00"))
            // A closed month is never cut again: it is the invoice, whatever the day.
            #expect(try await details("") == whole)
            #expect(try await details("&day=7") == whole)
            // A month that waits for its close is in its own bill and in nobody's beside it.
            try await server.record(
                """
                start 12-03T10:00 task=c account=acme user=u plan=h100 id=5
                stop 12-03T10:01 task=c id=6
                """)
            func amounts(_ query: String) async throws -> [Int64?] {
                let answer = try await server.ask(.get, "/billing_infos/?\(query)", key: key).json
                return answer["details"]?.array?.map { $0["amount"]?.integer } ?? []
            }
            clock.set(EventScript.instant("2018-02-05T12:00"))
            #expect(try await amounts("year=2017&month=12") == [16])
            #expect(try await amounts("year=2018&month=1").isEmpty)
            #expect(try await amounts("").isEmpty)
            let invoice = try await server.ask(.get, "/invoices/201711-000001/", key: key).json
            #expect(invoice["lines"]?.array?.map { $0["amount_yen"]?.integer } == [16, 36, -10])
        }
    }
}
