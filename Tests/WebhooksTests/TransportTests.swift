import Testing
import Webhooks

/// Real requests to the loopback: what goes out, what is followed, what is read, and what is never connected to.
@Suite struct TransportTests {
    private static var open: TargetRules {
        var rules = TargetRules()
        (rules.allowsPrivateTargets, rules.allowsPlainHTTP) = (true, true)
        return rules
    }
    private static let post = WebhookPost(headers: ["webhook-id": "msg_1"], body: Array(#"{"a":1}"#.utf8))

    private static func transport(_ rules: TargetRules = open, milliseconds: Int = 60_000, addresses: [String]? = nil)
        -> HTTPWebhookTransport
    {
        HTTPWebhookTransport(
            rules: rules, limitMilliseconds: milliseconds,
            addresses: addresses.map { list in { @Sendable _ in list.compactMap { InternetAddress($0) } } })
    }

    @Test func theHostKeepsItsNameAtTheAddressThatWasChecked() async throws {
        try await LoopbackReceiver.run("HTTP/1.1 204 No Content\r\n\r\n") { receiver in
            let target = try WebhookTarget("http://hooks.example.com:\(receiver.port)/x?y=1", Self.open)
            let reply = try await Self.transport(addresses: ["127.0.0.1"]).post(Self.post, to: target)
            #expect(reply == WebhookReply(status: 204, body: []))
            let text = try #require(receiver.received.first)
            #expect(text.hasPrefix("POST /x?y=1 HTTP/1.1\r\n"))
            for line in [
                "Host: hooks.example.com:\(receiver.port)", "webhook-id: msg_1", "Content-Type: application/json",
            ] {
                #expect(text.lowercased().contains(line.lowercased() + "\r\n"), "\(line)")
            }
            #expect(text.hasSuffix("\r\n\r\n{\"a\":1}"))
        }
    }

    @Test func aRedirectIsNotFollowed() async throws {
        try await LoopbackReceiver.run(
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
        ) {
            let target = try WebhookTarget("http://127.0.0.1:\($0.port)/", Self.open)
            #expect(try await Self.transport().post(Self.post, to: target).status == 302)
            #expect($0.received.count == 1)
        }
    }

    @Test func onlyTheBeginningOfAnAnswerIsRead() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
        try await LoopbackReceiver.run(head + String(repeating: "x", count: 100_000)) { receiver in
            let target = try WebhookTarget("http://127.0.0.1:\(receiver.port)/", Self.open)
            let reply = try await Self.transport().post(Self.post, to: target)
            #expect(reply.status == 200)
            #expect(reply.body.count == 4096)
        }
    }

    @Test(arguments: [nil, "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"])
    func whatNeverEndsTimesOut(_ answer: String?) async throws {
        try await LoopbackReceiver.run(answer) { receiver in
            let target = try WebhookTarget("http://127.0.0.1:\(receiver.port)/", Self.open)
            let error = await #expect(throws: WebhookError.self) {
                try await Self.transport(milliseconds: 200).post(Self.post, to: target)
            }
            #expect(error?.code == .timedOut)
        }
    }

    @Test func aNameServerThatNeverAnswersTimesOut() async throws {
        let transport = HTTPWebhookTransport(rules: Self.open, limitMilliseconds: 100) { _ in
            let (never, _) = AsyncStream.makeStream(of: Void.self)
            for await _ in never {}
            return []
        }
        let target = try WebhookTarget("http://hooks.example.com/", Self.open)
        let error = await #expect(throws: WebhookError.self) { try await transport.post(Self.post, to: target) }
        #expect(error?.code == .timedOut)
    }

    @Test func nobodyListens() async throws {
        var port = 0
        try await LoopbackReceiver.run(nil) { port = $0.port }
        let target = try WebhookTarget("http://127.0.0.1:\(port)/", Self.open)
        let error = await #expect(throws: WebhookError.self) { try await Self.transport().post(Self.post, to: target) }
        #expect(error?.code == .cannotConnect)
        let nameless = try WebhookTarget("http://hooks.example.com/", Self.open)
        let unknown = await #expect(throws: WebhookError.self) {
            try await Self.transport(addresses: []).post(Self.post, to: nameless)
        }
        #expect(unknown?.code == .cannotConnect)
    }

    /// The name passes; where it leads doesn't, also when only one of its addresses is inside.
    @Test(arguments: [
        ["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["100.64.1.1"], ["::1"], ["::ffff:127.0.0.1"], ["fd00::1"],
        ["64:ff9b::7f00:1"], ["224.0.0.1"], ["8.8.8.8", "127.0.0.1"],
    ])
    func aNameThatLeadsInsideIsRefused(_ addresses: [String]) async throws {
        var rules = TargetRules()
        rules.allowsPlainHTTP = true
        try await LoopbackReceiver.run("HTTP/1.1 204 No Content\r\n\r\n") { receiver in
            let target = try WebhookTarget("http://rebind.example.com:\(receiver.port)/", rules)
            let error = await #expect(throws: WebhookError.self) {
                try await Self.transport(rules, addresses: addresses).post(Self.post, to: target)
            }
            #expect(error?.code == .targetNotAllowed)
            #expect(receiver.received.isEmpty)
        }
    }
}
