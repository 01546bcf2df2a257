import Service
import Store
import Synchronization
import Testing
import UsageLedger
import Webhooks

/// The end of a task is told to whom the settings and the task's own wish name; what a task without output answers.
@Suite struct TaskNotificationTests {
    /// Answers the same to every message.
    private struct FixedTransport: WebhookTransport {
        let outcome: Result<WebhookReply, WebhookError>

        func post(_ post: WebhookPost, to target: WebhookTarget) async throws(WebhookError) -> WebhookReply {
            try outcome.get()
        }
    }

    private static func run(
        _ transport: Result<WebhookReply, WebhookError> = .success(WebhookReply(status: 204, body: [])),
        _ body: (TestServer, TestServer.Key) async throws -> Void
    ) async throws {
        let outgoing = Outgoing(transport: FixedTransport(outcome: transport))
        try await TestServer.run(outgoing: outgoing) { server in
            try await server.apply(TaskTests.setUp)
            try await body(server, try await server.key(.user, account: "acme", user: "mina"))
        }
    }

    private static func addEndpoint(_ server: TestServer, _ key: TestServer.Key, isEnabled: Bool = true) async throws
        -> Int64
    {
        let endpoint = #"{"endpoint_type": "webhook", "address": "https://hooks.example.com/"}"#
        let made = try await server.ask(.post, "/notification/endpoints/", key: key, body: endpoint).json
        let id = try #require(made["id"]?.integer)
        let setting = #"{"event_type": "task_completed", "is_enabled": \#(isEnabled), "endpoint_ids": [\#(id)]}"#
        #expect(try await server.ask(.post, "/notification/settings/", key: key, body: setting).status == 201)
        return id
    }

    /// Hands a task in, says what is wanted for it, and ends it by canceling it. Bodies of the messages that wait then.
    private static func messages(_ server: TestServer, _ key: TestServer.Key, wish: String? = nil) async throws
        -> [JSONValue]
    {
        let made = try await server.ask(.post, "/tasks/", key: key, body: TaskTests.bare).json
        let id = try #require(made["id"]?.string)
        if let wish {
            let put = try await server.ask(.put, "/tasks/\(id)/notification-preference/", key: key, body: wish)
            #expect((put.status, put.text) == (200, #"{"ok":true}"#))
        }
        let before = try await waiting(server)
        #expect(try await server.ask(.post, "/tasks/\(id)/cancel/", key: key).status == 200)
        #expect(try await server.ask(.delete, "/tasks/\(id)/", key: key).status == 204)
        let after = try await waiting(server).dropFirst(before.count)
        #expect(after.allSatisfy { $0["data"]?["task"]?.string == id })
        return Array(after)
    }

    /// The first message that waits for each endpoint.
    private static func waiting(_ server: TestServer) async throws -> [JSONValue] {
        try await server.ledger.readers.read { try $0.store.waitingMessages(atMost: 100) }.map {
            try JSONValue(parsing: $0.body)
        }
    }

    @Test func theEndOfATaskIsToldOnce() async throws {
        try await Self.run { server, key in
            _ = try await Self.addEndpoint(server, key)
            let told = try await Self.messages(server, key)
            #expect(told.count == 1)
            #expect(told.first?["type"]?.string == "task_completed")
            #expect(told.first?["data"]?["status"]?.string == "canceled")
            #expect(told.first?["data"]?["account"]?.string == "acme")
            #expect(told.first?["data"]?["plan"]?.string == "h100-80gb")
            #expect(told.first.map { !$0.canonicalText.contains("train") } == true, "a name is nobody else's business")
        }
    }

    @Test func aFeedOfASchedulerEndsTasksToo() async throws {
        try await Self.run { server, key in
            _ = try await Self.addEndpoint(server, key)
            let made = try await server.ask(.post, "/tasks/", key: key, body: TaskTests.bare).json
            let id = try #require(made["id"]?.string)
            let scheduler = try await server.key(.scheduler, account: "acme")
            let now = server.ledger.environment.now()
            func post(_ type: String, _ data: String) async throws {
                let event = #"""
                    {"specversion":"1.0","id":"\#(type)","source":"s","type":"\#(type)","time":"\#(now)",
                     "subject":"\#(id)",
                     "data":\#(data)}
                    """#
                for _ in 0..<2 {
                    #expect(try await server.ask(.post, "/events/", key: scheduler, body: event).status == 200)
                }
            }
            try await post("task.started", #"{"attempt":1,"node":"n1"}"#)
            #expect(try await Self.waiting(server).isEmpty)
            try await post("task.stopped", #"{"attempt":1,"outcome":"error","exit_code":1}"#)
            let told = try await Self.waiting(server)
            #expect(told.compactMap { $0["data"]?["status"]?.string } == ["error"])
        }
    }

    @Test func aTasksOwnWishWins() async throws {
        try await Self.run { server, key in
            #expect(try await Self.messages(server, key).isEmpty)
            _ = try await Self.addEndpoint(server, key, isEnabled: false)
            #expect(try await Self.messages(server, key).isEmpty)
            #expect(try await Self.messages(server, key, wish: "{}").isEmpty)
            #expect(try await Self.messages(server, key, wish: #"{"is_enabled": true}"#).count == 1)
        }
        try await Self.run { server, key in
            let id = try await Self.addEndpoint(server, key)
            #expect(try await Self.messages(server, key, wish: #"{"is_enabled": false}"#).isEmpty)
            #expect(try await Self.messages(server, key, wish: #"{"endpoint_ids": []}"#).isEmpty)
            #expect(try await Self.messages(server, key, wish: #"{"endpoint_ids": [\#(id)]}"#).count == 1)
        }
    }

    @Test func aWrongWishIsA400AndAnotherAccountsTaskIsAbsent() async throws {
        try await Self.run { server, key in
            let made = try await server.ask(.post, "/tasks/", key: key, body: TaskTests.bare).json
            let path = "/tasks/\(try #require(made["id"]?.string))/"
            for body in [#"{"is_enabled": 1}"#, #"{"endpoint_ids": [999]}"#, #"{"endpoint_ids": "1"}"#, "[]", "{"] {
                let answer = try await server.ask(.put, path + "notification-preference/", key: key, body: body)
                #expect(answer.status == 400, "\(body)")
            }
            let other = try await server.key(.user, account: "other")
            for (method, end) in [
                (.put, "notification-preference/"), (.get, "download/output/"), (.post, "containers/0/stream/"),
            ] as [(TestMethod, String)] {
                let theirs = try await server.ask(method, path + end, key: other, body: method == .put ? "{}" : nil)
                let nobodys = try await server.ask(
                    method, "/tasks/be7fdd79-b5e6-4654-a08b-d4143c5d0351/" + end, key: other,
                    body: method == .put ? "{}" : nil)
                #expect((theirs.status, nobodys.status) == (404, 404), "\(end)")
            }
            let stream = try await server.ask(.post, path + "containers/0/stream/", key: key)
            #expect((stream.status, try stream.json["error_msg"]?.string) == (403, "task is not running"))
            #expect(try await server.ask(.post, path + "containers/1/stream/", key: key).status == 404)
            #expect(try await server.ask(.get, path + "download/output/?filename=a.log", key: key).status == 404)
            #expect(try await server.ask(.get, "/artifacts/?task=x", key: key).json["results"] == .array([]))
            let artifact = "/artifacts/be7fdd79-b5e6-4654-a08b-d4143c5d0351/"
            for end in ["", "download/"] {
                #expect(try await server.ask(.get, artifact + end, key: key).status == 404)
            }
        }
    }

    @Test(arguments: [
        (Result<WebhookReply, WebhookError>.success(WebhookReply(status: 204, body: Array("fine".utf8))), 200),
        (.success(WebhookReply(status: 500, body: Array("broken".utf8))), 400),
        (.success(WebhookReply(status: 302, body: [])), 400), (.failure(WebhookError(.cannotConnect, "no")), 502),
        (.failure(WebhookError(.timedOut, "late")), 504), (.failure(WebhookError(.targetNotAllowed, "inside")), 422),
    ])
    func anAddressCanBeTriedOut(_ outcome: Result<WebhookReply, WebhookError>, _ status: Int) async throws {
        try await Self.run(outcome) { server, key in
            let body = #"{"url": "https://hooks.example.com/x"}"#
            let answer = try await server.ask(.post, "/notification/settings/test-webhook/", key: key, body: body)
            #expect(answer.status == status)
            if case .success(let reply) = outcome {
                let json = try answer.json
                #expect(json["ok"] == .bool(status == 200))
                #expect(json["webhook_status_code"]?.integer == Int64(reply.status))
                #expect(json["response_body"]?.string == String(decoding: reply.body, as: UTF8.self))
            }
        }
    }

    @Test func onlyAddressesOutOnTheInternetAreTried() async throws {
        try await Self.run { server, key in
            for url in ["https://127.0.0.1/", "http://example.com/", "x", "https://localhost/"] {
                let answer = try await server.ask(
                    .post, "/notification/settings/test-webhook/", key: key, body: #"{"url": "\#(url)"}"#)
                #expect(answer.status == 422)
                #expect(try answer.json["errors"]?.array?.first?["field"]?.string == "url")
            }
        }
    }
}
