import Service
import TestSupport
import Testing
import Units
import UsageLedger

@Suite struct SetUpTests {
    private static let setUp = """
        issuer: {name: 株式会社勘定, registration_number: T7000012050002}
        accounts: [{id: acme, name: Acme}, {id: ops, name: Operators}]
        plans: [{id: v100, name: V100, gpu_model: V100, gpu_count: 1, minimum_execution_seconds: 60}]
        prices: [{plan: v100, yen_per_second: "0.06", from: 2017-10-01}]
        """

    @Test func aPriceIsAddedWithWhoAndWhyAndOnlyByOfficers() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.setUp)
            let admin = try await server.key(.admin, account: "ops", user: "mika")
            let row = #"{"plan":"v100","yen_per_second":"0.05","from":"2017-11-01","account":"acme","#
            for role in [AccessRole.user, .scheduler, .auditor] {
                let key = try await server.key(role, account: "ops")
                let refused = try await server.ask(
                    .post, "/admin/prices/", key: key, body: row + #""reason":"deal"}"#)
                #expect(refused.status == 403)
            }
            let wrong = try await server.ask(.post, "/admin/prices/", key: admin, body: row + #""basis":"cpu"}"#)
            #expect(wrong.status == 422)
            #expect(try wrong.json["errors"]?.array?.first?["field"]?.string == "reason")
            let basis = try await server.ask(
                .post, "/admin/prices/", key: admin, body: row + #""basis":"cpu","reason":"deal"}"#)
            #expect(basis.status == 422)
            #expect(try basis.json["errors"]?.array?.first?["field"]?.string == "basis")
            let made = try await server.ask(.post, "/admin/prices/", key: admin, body: row + #""reason":"deal"}"#)
            #expect(made.status == 201)
            #expect(try made.json["yen_per_second"]?.string == "0.05")
            #expect(try made.json["account"]?.string == "acme")
            // Declared twice it stands once.
            #expect(
                try await server.ask(.post, "/admin/prices/", key: admin, body: row + #""reason":"deal"}"#).status
                    == 200)
            let overlap = try await server.ask(
                .post, "/admin/prices/", key: admin,
                body: #"{"plan":"v100","yen_per_second":"1","from":"2017-12-01","reason":"oops"}"#)
            #expect(overlap.status == 422)
            #expect(try overlap.json["error_code"]?.string == "prices_share_a_day")
            #expect(try overlap.json["error_msg"]?.string?.hasPrefix("line") == false)
            let list = try await server.ask(.get, "/admin/prices/?account=acme", key: admin).json
            #expect(list["results"]?.array?.count == 1)
            #expect(list["results"]?.array?.first?["price_row"]?.integer == (try made.json["price_row"]?.integer))
            let history = try await server.ledger.readers.read { try $0.store.history(of: .prices) }
            #expect(history.last?.reason == "deal")
            #expect(history.last?.who.hasPrefix("mika (account ops, token ") == true)
        }
    }

    @Test func accountsAndCreditsAreMadeAndListed() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.billing, account: "ops")
            let new = try await server.ask(
                .post, "/admin/accounts/", key: key,
                body: #"{"id":"neu","name":"新しい会社","users":["u1"],"address":null,"reason":"signed"}"#)
            #expect(new.status == 201)
            let again = try await server.ask(
                .post, "/admin/accounts/", key: key, body: #"{"id":"neu","name":"新会社","reason":"moved"}"#)
            #expect(again.status == 200)
            #expect(try again.json["users"]?.array?.count == 1)
            #expect(try again.json["name"]?.string == "新会社")
            let list = try await server.ask(.get, "/admin/accounts/?page_size=2&page=2", key: key).json
            #expect(list["meta"]?["count"]?.integer == 3)
            #expect(list["results"]?.array?.map { $0["id"]?.string } == ["ops"])
            let noName = try await server.ask(
                .post, "/admin/accounts/", key: key, body: #"{"id":"bad id","reason":"x"}"#)
            #expect(noName.status == 422)
            #expect(try noName.json["errors"]?.array?.compactMap { $0["field"]?.string } == ["id", "name"])

            let credit = #"{"account":"neu","yen":3000,"from":"2017-10-01","to":"2017-12-31","reason":"trial"}"#
            // The same words twice are two credits, the same key twice is one.
            let key1 = [("Idempotency-Key", "\"k1\"")]
            let first = try await server.ask(.post, "/admin/credits/", key: key, body: credit, headers: key1)
            let repeated = try await server.ask(.post, "/admin/credits/", key: key, body: credit, headers: key1)
            let second = try await server.ask(.post, "/admin/credits/", key: key, body: credit)
            #expect([first.status, repeated.status, second.status] == [201, 201, 201])
            #expect(first.bytes == repeated.bytes)
            let credits = try await server.ask(.get, "/admin/credits/?account=neu", key: key).json
            #expect(credits["results"]?.array?.map { $0["left_yen"]?.integer } == [3000, 3000])
            let nobody = credit.replacing("neu", with: "nobody")
            #expect(try await server.ask(.post, "/admin/credits/", key: key, body: nobody).status == 422)
            #expect(try await server.ask(.post, "/admin/credits/", key: key, body: "[]").status == 422)
            #expect(try await server.ask(.post, "/admin/credits/", key: key, body: "{").status == 400)
        }
    }
}
