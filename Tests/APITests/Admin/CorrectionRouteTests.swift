import TestSupport
import Testing
import Units
import UsageLedger

@Suite struct CorrectionRouteTests {
    @Test func anInvoiceIsReturnedReissuedAndVoidedOverHTTP() async throws {
        let clock = TestClock(EventScript.instant("12-05T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            let key = try await Self.issueNovember(server)
            func correct(_ body: String, _ headers: [(String, String)] = []) async throws -> TestServer.Answer {
                try await server.ask(.post, "/admin/corrections/", key: key, body: body, headers: headers)
            }
            func body(_ action: String, _ number: String = "201711-000001") -> String {
                #"{"invoice":"\#(number)","action":"\#(action)","issue_day":"2017-12-05","reason":"asked for"}"#
            }
            let early = try await correct(body("return"))
            #expect(early.status == 409)
            #expect(try early.json["error_code"]?.string == "nothing_to_return")
            #expect(try await correct(body("reissue")).json["error_code"]?.string == "nothing_to_correct")

            try await server.record("waive 6T10:00 id=w task=a from=5T10:00 to=5T10:30")
            let header = [("Idempotency-Key", "\"return-1\"")]
            let made = try await correct(body("return"), header)
            #expect(made.status == 201)
            #expect(try made.json["kind"]?.string == "return")
            #expect(try made.json["number"]?.string == "201711-000002")
            #expect(try made.json["original"]?.string == "201711-000001")
            #expect(try made.json["receivable_yen"]?.integer == -108)
            #expect(try await correct(body("return"), header).bytes == made.bytes)
            #expect(try await correct(body("return")).status == 409)

            let auditor = try await server.key(.auditor, account: "ops")
            func states(_ query: String) async throws -> [String] {
                let list = try await server.ask(.get, "/invoices/?\(query)", key: auditor).json["results"]?.array ?? []
                return list.map {
                    "\($0["number"]?.string ?? "") \($0["state"]?.string ?? "") \($0["receivable_yen"]?.integer ?? 0)"
                }
            }
            #expect(try await states("kind=return") == ["201711-000002 issued -108"])
            #expect(try await states("kind=invoice") == ["201711-000001 issued 216"])
            #expect(try await server.ask(.get, "/invoices/?kind=other", key: auditor).status == 400)

            let void = try await correct(body("void", "201711-000002"))
            #expect(void.status == 200)
            #expect(try void.json["state"]?.string == "void")
            #expect(try await correct(body("void", "201711-000002")).status == 409)
            #expect(try await correct(body("void")).status == 200)
            #expect(try await states("") == ["201711-000002 void 0", "201711-000001 void 0"])

            let told = try await server.ask(.get, "/admin/corrections/201711-000002/", key: auditor)
            let steps = try told.json["results"]?.array ?? []
            #expect(
                steps.map { $0["summary"]?.string } == [
                    "201711-000001 issued: 216 yen", "201711-000002 returns of 201711-000001: -108 yen",
                    "201711-000002 void", "201711-000001 void",
                ])
            #expect(steps.map { $0["reason"]?.string }.suffix(3) == ["asked for", "asked for", "asked for"])
            let isRight = try await server.ledger.writer.perform { try $0.store.verify().isRight }
            #expect(isRight)
        }
    }

    @Test func whatCannotBeCorrectedIsRefused() async throws {
        let clock = TestClock(EventScript.instant("12-05T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            let key = try await Self.issueNovember(server)
            func ask(_ body: String, _ key: TestServer.Key) async throws -> TestServer.Answer {
                try await server.ask(.post, "/admin/corrections/", key: key, body: body)
            }
            let wrong = try await ask(#"{"invoice":"x","action":"burn","reason":"asked for"}"#, key)
            #expect(wrong.status == 422)
            #expect(try wrong.json["errors"]?.array?.count == 2)
            let absent = #"{"invoice":"201711-000009","action":"void","reason":"asked for"}"#
            #expect(try await ask(absent, key).status == 404)
            #expect(try await ask(#"{"invoice":"201711-000001","action":"void"}"#, key).status == 422)
            for (action, day) in [("return", "2017-12-04"), ("reissue", "2017-12-06"), ("reissue", "1990-01-01")] {
                let dated = try await ask(
                    #"{"invoice":"201711-000001","action":"\#(action)","issue_day":"\#(day)","reason":"x"}"#, key)
                #expect(dated.status == 422)
                #expect(try dated.json["errors"]?.array?.map { $0["field"]?.string } == ["issue_day"])
                #expect(try dated.json["error_msg"]?.string?.contains("from 2017-12-05 to 2017-12-05") == true)
            }
            let user = try await server.key(.user, account: "acme")
            let unknown = try await ask(absent, key)
            #expect(!unknown.text.contains("kanjo "))
            #expect(try await ask(absent, user).status == 403)
            #expect(try await server.ask(.get, "/admin/corrections/201711-000009/", key: key).status == 404)
        }
    }

    @Test func aReturnIsToldToWhoWantsToKnowOfInvoices() async throws {
        let clock = TestClock(EventScript.instant("12-05T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            let key = try await Self.issueNovember(server)
            let user = try await server.key(.user, account: "acme", user: "mina")
            let endpoint = #"{"endpoint_type": "webhook", "address": "https://hooks.example.com/"}"#
            let made = try await server.ask(.post, "/notification/endpoints/", key: user, body: endpoint).json
            let id = try #require(made["id"]?.integer)
            let setting = #"{"event_type": "invoice_issued", "is_enabled": true, "endpoint_ids": [\#(id)]}"#
            #expect(try await server.ask(.post, "/notification/settings/", key: user, body: setting).status == 201)
            try await server.record("waive 6T10:00 id=w task=a from=5T10:00 to=5T10:30")
            let body = #"{"invoice":"201711-000001","action":"return","reason":"asked for"}"#
            #expect(try await server.ask(.post, "/admin/corrections/", key: key, body: body).status == 201)
            let waiting = try await server.ledger.readers.read { try $0.store.waitingMessages(atMost: 10) }
            let told = try waiting.map { try JSONValue(parsing: $0.body) }
            #expect(told.count == 1)
            #expect(told.first?["data"]?["kind"]?.string == "return")
            #expect(told.first?["data"]?["original"]?.string == "201711-000001")
            #expect(told.first?["data"]?["payable_yen"]?.integer == -108)
        }
    }

    /// One job of an hour, billed with 216 yen; the key of somebody who may correct it.
    static func issueNovember(_ server: TestServer) async throws -> TestServer.Key {
        try await server.apply(UsageTests.setUp)
        let key = try await server.key(.billing, account: "ops", user: "mika")
        try await server.record(
            """
            start 5T10:00 task=a account=acme user=u plan=v100 id=1
            stop 5T11:00 task=a id=2
            """)
        try await server.close("2017-11", issueDay: "2017-12-05")
        return key
    }
}
