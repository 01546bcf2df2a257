import Service
import TestSupport
import Testing
import Units
import UsageLedger

/// `/admin/payments/` and `/admin/receivables/`: one invoice of 216 yen.
@Suite struct PaymentRouteTests {
    private static func run(
        _ body: (TestServer, TestClock, TestServer.Key, Ask) async throws -> Void
    ) async throws {
        let clock = TestClock(EventScript.instant("12-05T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            let key = try await CorrectionRouteTests.issueNovember(server)
            try await body(server, clock, key, Ask(server: server, key: key))
        }
    }

    /// Posts a payment of one day by bank transfer.
    private struct Ask {
        let server: TestServer
        let key: TestServer.Key

        func pay(
            _ members: String, _ reference: String, headers: [(String, String)] = []
        ) async throws -> TestServer.Answer {
            try await server.ask(
                .post, "/admin/payments/", key: key,
                body: #"{"method":"bank_transfer","reference":"\#(reference)","day":"2017-12-05","reason":"list","#
                    + members + "}", headers: headers)
        }

        func status(_ query: String = "") async throws -> [String] {
            let found = try await server.ask(.get, "/admin/receivables/?\(query)", key: key).json["results"]?.array
            return (found ?? []).map { "\($0["open_yen"]?.integer ?? -1) \($0["status"]?.string ?? "")" }
        }
    }

    @Test func moneyIsRecordedOnceAndTheInvoiceStandsAsItFollows() async throws {
        try await Self.run { server, clock, key, ask in
            #expect(try await ask.status() == ["216 issued"])
            let part = #""invoices":["201711-000001"],"yen":100,"fee_yen":16"#
            let header = [("Idempotency-Key", "\"pay-1\"")]
            let made = try await ask.pay(part, "b-1", headers: header)
            #expect(made.status == 201)
            #expect(
                try made.json["pays"]?.canonicalText
                    == #"[{"number":"201711-000001","period":"2017-11","yen":116}]"#)
            #expect(try await ask.pay(part, "b-1", headers: header).bytes == made.bytes)
            // Known by its reference too: the same again is the one that is recorded, another is refused.
            let again = try await ask.pay(part, "b-1")
            #expect(again.status == 200)
            #expect(again.bytes == made.bytes)
            let other = try await ask.pay(#""invoices":["201711-000001"],"yen":99"#, "b-1")
            #expect(other.status == 409)
            #expect(try other.json["error_code"]?.string == "refused")
            #expect(try await ask.status() == ["100 part_paid"])
            #expect(try await ask.status("day=2018-01-05") == ["100 overdue"])
            #expect(try await ask.status("status=paid") == [])
            // What is above it is held, and known to nobody but by this.
            #expect(try await ask.pay(#""invoices":["201711-000001"],"yen":150"#, "b-2").status == 201)
            #expect(try await ask.status("account=acme&period=2017-11") == ["0 paid"])
            let owed = try await server.ask(.get, "/admin/receivables/?account=acme", key: key).json
            #expect(owed["held_yen"]?.integer == 50)
            let own = try await server.key(.user, account: "acme")
            let invoice = try await server.ask(.get, "/invoices/", key: own).json["results"]?.array?.first
            #expect(invoice?["status"]?.string == "paid")
            let event = try await server.ledger.readers.read {
                try JSONValue(parsing: $0.store.eventBody(at: try made.json["payment"]?.integer ?? 0))
            }
            #expect(event["data"]?["who"]?.string?.hasPrefix("mika (account ops, token ") == true)
            #expect(event["data"]?["reason"]?.string?.hasPrefix("sha256:") == true)
            #expect(try await server.ledger.writer.perform { try $0.store.verify().isRight })
        }
    }

    @Test func heldMoneyIsAppliedOrGoesBack() async throws {
        try await Self.run { server, _, key, ask in
            #expect(try await ask.pay(#""account":"acme","yen":300"#, "b-1").status == 201)
            let applied = try await ask.pay(#""kind":"applied","invoices":["201711-000001"]"#, "a-1")
            #expect(applied.status == 201)
            #expect(try applied.json["yen"]?.integer == 216)
            let refused = try await ask.pay(#""kind":"refunded","account":"acme","yen":85"#, "r-1")
            #expect(refused.status == 409)
            #expect(try await ask.pay(#""kind":"refunded","account":"acme","yen":84"#, "r-1").status == 201)
            let list = try await server.ask(.get, "/admin/payments/?account=acme&page_size=2", key: key).json
            #expect(list["meta"]?["count"]?.integer == 3)
            #expect(list["results"]?.array?.map { $0["kind"]?.string } == ["refunded", "applied"])
            #expect(list["results"]?.array?.map { $0["held_yen"]?.integer } == [-84, -216])
            for (query, references) in [
                ("period=2017-11", ["a-1"]), ("number=201711-000001", ["a-1"]), ("to=2017-12-04", []),
                ("from=2017-12-05&to=2017-12-05&account=other", []), ("from=2017-12-05", ["r-1", "a-1", "b-1"]),
            ] {
                let found = try await server.ask(.get, "/admin/payments/?\(query)", key: key).json["results"]?.array
                #expect(found?.compactMap { $0["reference"]?.string } == references, "\(query)")
            }
            let void = #"{"invoice":"201711-000001","action":"void","reason":"wrong project"}"#
            #expect(try await server.ask(.post, "/admin/corrections/", key: key, body: void).status == 200)
            #expect(try await ask.status() == ["-216 void"])
            let listed = try await server.ask(.get, "/invoices/", key: key).json["results"]?.array
            #expect(listed?.map { $0["status"]?.string } == ["void"])
        }
    }

    @Test func everythingThatIsWrongIsNamedAndOnlyOfficersRecord() async throws {
        try await Self.run { server, _, key, ask in
            func fields(_ body: String) async throws -> [String] {
                let answer = try await server.ask(.post, "/admin/payments/", key: key, body: body)
                #expect(answer.status == 422, "\(body): \(answer.text)")
                return try answer.json["errors"]?.array?.compactMap { $0["field"]?.string } ?? []
            }
            #expect(try await fields("{}") == ["reason", "method", "reference", "day", "yen", "account"])
            let rest = #""method":"card","reference":"x","day":"2017-12-05","reason":"list"}"#
            for (members, wrong) in [
                (#"{"account":"acme","yen":"5","#, ["yen"]), (#"{"account":"acme","yen":0,"#, ["yen"]),
                (#"{"account":"acme","yen":1.5,"#, ["yen"]), (#"{"account":"acme","yen":5,"fee_yen":6,"#, ["fee_yen"]),
                (#"{"account":"acme","yen":1000000000001,"#, ["yen"]), (#"{"account":"nobody","yen":5,"#, ["account"]),
                (#"{"invoices":["201711-000009","x",7],"yen":5,"#, ["invoices[1]", "invoices[2]"]),
                (#"{"invoices":["201711-000009"],"account":"no","yen":5,"#, ["account", "invoices[0]"]),
                (#"{"invoices":["201711-000001","201711-000001"],"yen":5,"#, ["invoices"]),
                (
                    #"{"kind":"refunded","yen":5,"invoices":["201711-000001"],"fee_yen":1,"#,
                    ["account", "fee_yen", "invoices"]
                ),
                (#"{"kind":"applied","#, ["invoices"]), (#"{"kind":"stolen","account":"acme","yen":5,"#, ["kind"]),
            ] {
                #expect(try await fields(members + rest) == wrong, "\(members)")
            }
            let tomorrow = rest.replacing("12-05", with: "12-06")
            #expect(try await fields(#"{"account":"acme","yen":5,"# + tomorrow) == ["day"])
            let good = #"{"account":"acme","yen":5,"# + rest
            for role in [AccessRole.user, .scheduler, .auditor] {
                let other = try await server.key(role, account: "ops")
                #expect(try await server.ask(.post, "/admin/payments/", key: other, body: good).status == 403)
                for path in ["/admin/payments/", "/admin/receivables/"] {
                    let seen = try await server.ask(.get, path, key: other)
                    #expect(seen.status == (role == .auditor ? 200 : 403), "\(role)")
                }
            }
            let wrong = try await server.ask(
                .get, "/admin/receivables/?status=lost&day=soon&period=x&account=a%20b", key: key)
            #expect(wrong.status == 400)
            #expect(try wrong.json["errors"]?.array?.count == 4)
            #expect(try await server.ask(.get, "/admin/payments/", key: key).json["meta"]?["count"]?.integer == 0)
        }
    }
}
