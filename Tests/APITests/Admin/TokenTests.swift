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
            #expect(try await server.ask(.delete, "/admin/tokens/\(token)/", key: admin).status == 204)
            #expect(try await server.ask(.delete, "/admin/tokens/nothing/", key: admin).status == 404)
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
            _ = try await server.ask(.delete, "/admin/tokens/\(made["token"]?.string ?? "")/", key: admin)
            let after = try await server.ledger.readers.read { try $0.store.head().size }
            #expect(after == before + 2)
            let wrong = try await server.ask(
                .post, "/admin/tokens/", key: admin, body: #"{"account":"acme","user":"","role":"king"}"#)
            #expect(wrong.status == 422)
            let fields = try wrong.json["errors"]?.array?.compactMap { $0["field"]?.string }
            #expect(fields == ["reason", "user", "role"])
            let nobody = body.replacing("acme", with: "nobody")
            #expect(try await server.ask(.post, "/admin/tokens/", key: admin, body: nobody).status == 404)
            try await server.ledger.writer.perform { service in
                try service.store.rebuild()
                #expect(try service.store.verify().isRight)
            }
        }
    }
}
