import TestSupport
import Testing
import Units
import UsageLedger

@Suite struct CorrectionRouteTests {
    @Test func anInvoiceIsReturnedReissuedAndVoidedOverHTTP() async throws {
        let clock = TestClock(EventScript.instant("12-05T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(UsageTests.setUp)
            let key = try await server.key(.billing, account: "ops", user: "mika")
            try await server.record(
                """
                start 5T10:00 task=a account=acme user=u plan=v100 id=1
                stop 5T11:00 task=a id=2
                """)
            try await server.close("2017-11", issueDay: "2017-12-05")
            func correct(_ body: String, _ headers: [(String, String)] = []) async throws -> TestServer.Answer {
                try await server.ask(.post, "/admin/corrections/", key: key, body: body, headers: headers)
            }
            func body(_ action: String, _ number: String = "201711-000001") -> String {
                #"{"invoice":"\#(number)","action":"\#(action)","issue_day":"2017-12-06","reason":"asked for"}"#
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

            #expect(try await correct(body("burn", "x")).json["errors"]?.array?.count == 2)
            #expect(try await correct(body("void", "201711-000009")).status == 404)
            let user = try await server.key(.user, account: "acme")
            let refused = try await server.ask(.post, "/admin/corrections/", key: user, body: body("void"))
            #expect(refused.status == 403)
            let isRight = try await server.ledger.writer.perform { try $0.store.verify().isRight }
            #expect(isRight)
        }
    }
}
