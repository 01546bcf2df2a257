import Testing
import UsageLedger

@Suite struct TokenTests {
    @Test func aKeyIsShownOnceRotatedWithOverlapAndRevokedAtOnce() async throws {
        try await TestServer.run { server in
            try await server.apply("accounts: [{id: acme, name: Acme}, {id: ops, name: Operators}]")
            let admin = try await server.key(.admin, account: "ops", user: "mika")
            let body = #"{"account":"acme","user":"mina","role":"user","reason":"first key"}"#
            let header = [("Idempotency-Key", "\"rotate-1\"")]
            let made = try await server.ask(.post, "/admin/tokens/", key: admin, body: body, headers: header)
            #expect(made.status == 201)
            let token = try #require(try made.json["token"]?.string),
                secret = try #require(try made.json["secret"]?.string)
            // A repeat makes no second key and knows no secret.
            let repeated = try await server.ask(.post, "/admin/tokens/", key: admin, body: body, headers: header)
            #expect(try repeated.json["token"]?.string == token)
            #expect(try repeated.json["secret"] == nil)
            let old = TestServer.Key(token: token, secret: secret)
            let next = try await server.ask(.post, "/admin/tokens/", key: admin, body: body).json
            let new = TestServer.Key(token: next["token"]?.string ?? "", secret: next["secret"]?.string ?? "")
            #expect(try await server.ask(.get, "/plans/", key: old).status == 200)
            #expect(try await server.ask(.get, "/plans/", key: new).status == 200)
            let revoked = try await server.ask(.delete, "/admin/tokens/\(token)/?reason=rotated", key: admin)
            #expect(revoked.status == 204)
            #expect(try await server.ask(.get, "/plans/", key: old).status == 401)
            #expect(try await server.ask(.get, "/plans/", key: new).status == 200)
            #expect(try await server.ask(.delete, "/admin/tokens/\(token)/?reason=again", key: admin).status == 204)
            #expect(try await server.ask(.delete, "/admin/tokens/nothing/?reason=lost", key: admin).status == 404)
            let list = try await server.ask(.get, "/admin/tokens/?account=acme", key: admin)
            let keys = try list.json["results"]?.array ?? []
            #expect(keys.count == 2)
            #expect(keys.allSatisfy { $0["last_used_at"]?.string != nil })
            #expect(keys.count { $0["revoked_at"]?.isNull == false } == 1)
            #expect(!list.text.contains(secret))
            for role in ["auditor", "billing", "user"] {
                let key = try await server.key(.init(rawValue: role)!, account: "ops")
                #expect(try await server.ask(.post, "/admin/tokens/", key: key, body: body).status == 403)
            }
        }
    }

    @Test func whoMadeAKeyAndWhyStandsInTheLogAndRebuildsWithIt() async throws {
        try await TestServer.run { server in
            try await server.apply("accounts: [{id: acme, name: Acme}, {id: ops, name: Operators}]")
            let admin = try await server.key(.admin, account: "ops", user: "mika")
            let before = try await server.ledger.readers.read { try $0.store.head().size }
            let body = #"{"account":"acme","user":"mina","role":"user","reason":"first key"}"#
            let made = try await server.ask(.post, "/admin/tokens/", key: admin, body: body).json
            let token = made["token"]?.string ?? ""
            // Every change says why: a parameter, because a DELETE has no body.
            for query in ["", "?reason=", "?reason=%20", "?reason=a%07b"] {
                let refused = try await server.ask(.delete, "/admin/tokens/\(token)/\(query)", key: admin)
                #expect(refused.status == 400, "\(query)")
                #expect(try refused.json["errors"]?.array?.map { $0["field"]?.string } == ["reason"])
            }
            let query = "?reason=stolen%20laptop"
            #expect(try await server.ask(.delete, "/admin/tokens/\(token)/\(query)", key: admin).status == 204)
            let after = try await server.ledger.readers.read { try $0.store.head().size }
            #expect(after == before + 2)
            let wrong = try await server.ask(
                .post, "/admin/tokens/", key: admin, body: #"{"account":"acme","user":"","role":"king"}"#)
            #expect(wrong.status == 422)
            let fields = try wrong.json["errors"]?.array?.compactMap { $0["field"]?.string }
            #expect(fields == ["reason", "user", "role"])
            let nobody = body.replacing("acme", with: "nobody")
            let unknown = try await server.ask(.post, "/admin/tokens/", key: admin, body: nobody)
            #expect(unknown.status == 422)
            #expect(try unknown.json["errors"]?.array?.map { $0["field"]?.string } == ["account"])
            #expect(!unknown.text.contains("kanjo "))
            try await server.ledger.writer.perform { service in
                try service.store.rebuild()
                #expect(try service.store.verify().isRight)
            }
        }
    }
}
