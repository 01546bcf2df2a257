import Service
import Testing
import UsageLedger

/// Endpoints and settings: the page's statuses and shapes, and nobody else's rows.
@Suite struct NotificationTests {
    private static let setUp = "accounts: [{id: acme, name: Acme}, {id: beta, name: Beta}]"

    private static func endpoint(_ server: TestServer, _ key: TestServer.Key, _ path: String = "/hook") async throws
        -> JSONValue
    {
        let body = #"{"endpoint_type": "webhook", "address": "https://hooks.example.com\#(path)"}"#
        let answer = try await server.ask(.post, "/notification/endpoints/", key: key, body: body)
        #expect(answer.status == 201)
        return try answer.json
    }

    @Test func anEndpointShowsItsSecretOnce() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "acme")
            let made = try await Self.endpoint(server, key)
            let id = try #require(made["id"]?.integer)
            #expect(made["secret"]?.string?.hasPrefix("whsec_") == true)
            #expect(made["is_verified"] == .bool(false))
            let path = "/notification/endpoints/\(id)/"
            let shown = try await server.ask(.get, path, key: key).json
            #expect(shown["secret"] == nil)
            #expect(shown["address"]?.string == "https://hooks.example.com/hook")
            for method in [.put, .patch] as [TestMethod] {
                let body = #"{"address": "https://hooks.example.com/\#(method.rawValue)"}"#
                let changed = try await server.ask(method, path, key: key, body: body)
                #expect(changed.status == 200)
                #expect(try changed.json["address"]?.string == "https://hooks.example.com/\(method.rawValue)")
                #expect(try changed.json["id"]?.integer == id)
            }
            let next = try await Self.endpoint(server, key)
            #expect(
                try await server.ask(.delete, "/notification/endpoints/\(next["id"]!.integer!)/", key: key).status
                    == 204)
            let last = try await Self.endpoint(server, key)
            #expect(last["id"]!.integer! > next["id"]!.integer!, "an id is never given twice")
            #expect(try await server.ask(.get, "/notification/endpoints/x/", key: key).status == 404)
        }
    }

    @Test(arguments: [
        #"{}"#, #"{"endpoint_type": "mail", "address": "https://a.example.com/"}"#,
        #"{"endpoint_type": "webhook", "address": "http://127.0.0.1/"}"#,
        #"{"endpoint_type": "webhook", "address": "https://127.0.0.1/"}"#,
        #"{"endpoint_type": "webhook", "address": "https://[::ffff:169.254.169.254]/"}"#,
        #"{"endpoint_type": "webhook", "address": 7}"#,
    ])
    func aWrongEndpointIsRefused(_ body: String) async throws {
        try await TestServer.run { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "acme")
            #expect(try await server.ask(.post, "/notification/endpoints/", key: key, body: body).status == 422)
        }
    }

    @Test func aSettingNamesTheAccountsOwnEndpoints() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "acme"), other = try await server.key(.user, account: "beta")
            let own = try await Self.endpoint(server, key)["id"]!.integer!
            let foreign = try await Self.endpoint(server, other)["id"]!.integer!
            func body(_ ids: String) -> String {
                #"{"event_type": "task_completed", "is_enabled": true, "endpoint_ids": [\#(ids)]}"#
            }
            let made = try await server.ask(.post, "/notification/settings/", key: key, body: body("\"\(own)\""))
            #expect(made.status == 201)
            let json = try made.json
            #expect(json["endpoint_ids"] == .array([.integer(own)]))
            #expect(json["endpoints"]?.array?.first?["id"]?.integer == own)
            for ids in ["\(own), \(foreign)", "\(own), 999999"] {
                let refused = try await server.ask(.post, "/notification/settings/", key: key, body: body(ids))
                #expect(refused.status == 422)
                #expect(try refused.json["errors"]?.array?.first?["field"]?.string == "endpoint_ids[1]")
            }
            let path = "/notification/settings/\(json["id"]!.string!)/"
            let off = try await server.ask(.patch, path, key: key, body: #"{"is_enabled": false}"#)
            #expect(off.status == 200)
            #expect(try off.json["is_enabled"] == .bool(false))
            #expect(try off.json["endpoint_ids"] == .array([.integer(own)]))
            #expect(try await server.ask(.put, path, key: key, body: #"{"is_enabled": false}"#).status == 422)
            #expect(try await server.ask(.put, path, key: key, body: body("")).status == 200)
            #expect(try await server.ask(.put, path, key: other, body: body("")).status == 404)
            #expect(try await server.ask(.put, path, key: key, body: body("\(own)")).status == 200)
            _ = try await server.ask(.delete, "/notification/endpoints/\(own)/", key: key)
            #expect(try await server.ask(.get, path, key: key).json["endpoint_ids"] == .array([]))
            let wrong = body("").replacing("task_completed", with: "task_begun")
            #expect(try await server.ask(.post, "/notification/settings/", key: key, body: wrong).status == 422)
            #expect(try await server.ask(.delete, path, key: key).status == 204)
            let list = try await server.ask(.get, "/notification/settings/", key: key).json
            #expect(list["meta"]?["count"]?.integer == 0)
        }
    }
}
