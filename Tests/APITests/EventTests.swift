import HTTPTypes
import NIOCore
import Service
import TestSupport
import Testing
import UsageLedger

@testable import API

/// `POST /events/`: one result per item in order, on disk before the answer.
@Suite struct EventTests {
    private static let setUp = "accounts: [{id: cloud, name: Cloud}]"
    private static let batch = [("Content-Type", "application/cloudevents-batch+json")]
    private static let lines = [("Content-Type", "application/x-ndjson")]

    private static func start(_ task: Int, id: String? = nil, at time: String = "1T10:00") -> String {
        EventScript("start \(time) task=t\(task) id=\(id ?? "e\(task)") account=cloud user=u plan=p").events[0]
            .canonicalText
    }

    private static func withKey(_ body: (TestServer, TestServer.Key) async throws -> Void) async throws {
        try await TestServer.run { server in
            try await server.apply(setUp)
            try await body(server, try await server.key(.scheduler, account: "cloud"))
        }
    }

    private static func results(_ answer: TestServer.Answer) throws -> [String] {
        (try answer.json["results"]?.array ?? []).map(line)
    }

    private static func lineResults(_ answer: TestServer.Answer) throws -> [String] {
        try answer.text.split(separator: "\n").map { line(try JSONValue(parsing: Array($0.utf8))) }
    }

    /// Status, position and code; positions count from the first event behind the set-up.
    private static func line(_ result: JSONValue) -> String {
        [result["status"]?.string, (result["position"]?.integer).map { "\($0 - 1)" }, result["code"]?.string]
            .compactMap(\.self).joined(separator: " ")
    }

    @Test func oneEventIsRecordedOnceAndForEver() async throws {
        try await Self.withKey { server, key in
            let one = [("Content-Type", "application/cloudevents+json; charset=utf-8")]
            let first = try await server.ask(.post, "/events/", key: key, body: Self.start(1), headers: one)
            #expect(first.status == 200)
            #expect(try Self.results(first) == ["recorded 1"])
            let again = try await server.ask(.post, "/events/", key: key, body: Self.start(1))
            #expect(again.status == 200)
            #expect(try Self.results(again) == ["duplicate 1"])
            let other = try await server.ask(.post, "/events/", key: key, body: Self.start(1, at: "1T11:00"))
            #expect(other.status == 207)
            #expect(try Self.results(other) == ["conflict 1 conflict"])
            #expect(try other.json["results"]?.array?[0]["message"]?.string?.contains("time") == true)
            #expect(try await server.ledger.readers.read { try $0.store.head().size } == 2)
        }
    }

    @Test func aBadItemOfABatchHidesNoGoodOne() async throws {
        try await Self.withKey { server, key in
            let body = "[\(Self.start(1)), {\"id\": 1}, \(Self.start(2)), \(Self.start(1, at: "1T12:00"))]"
            let answer = try await server.ask(.post, "/events/", key: key, body: body, headers: Self.batch)
            #expect(answer.status == 207)
            let expected = ["recorded 1", "refused missing_field", "recorded 2", "conflict 1 conflict"]
            let results = try Self.results(answer)
            #expect(results == expected)
            let none = try await server.ask(.post, "/events/", key: key, body: "[1, \"x\", null]", headers: Self.batch)
            #expect(none.status == 207)
            #expect(try Self.results(none) == Array(repeating: "refused invalid_json", count: 3))
            let empty = try await server.ask(.post, "/events/", key: key, body: "[]", headers: Self.batch)
            #expect(empty.status == 200)
            #expect(try Self.results(empty).isEmpty)
        }
    }

    @Test func moreThanABatchMayHoldIsRefusedWholeAndWhatIsNoJSONToo() async throws {
        try await Self.withKey { server, key in
            let many = "[" + (0..<10_001).map { Self.start($0) }.joined(separator: ",") + "]"
            let answer = try await server.ask(.post, "/events/", key: key, body: many, headers: Self.batch)
            #expect(answer.status == 413)
            #expect(try answer.json["error_code"]?.string == "too_large")
            let long = "[" + String(repeating: " ", count: 16 << 20) + "]"
            #expect(try await server.ask(.post, "/events/", key: key, body: long).status == 413)
            for body in ["", " ", "hello", "{\"specversion\": ", "[{]"] {
                #expect(try await server.ask(.post, "/events/", key: key, body: body).status == 400, "'\(body)'")
            }
            let text = try await server.ask(
                .post, "/events/", key: key, body: "{}", headers: [("Content-Type", "text/plain")])
            #expect(text.status == 415)
            #expect(try await server.ledger.readers.read { try $0.store.head().size } == 1)
        }
    }

    @Test func onlyASchedulerMayPostEvents() async throws {
        try await Self.withKey { server, _ in
            for role in [AccessRole.user, .billing, .admin, .auditor] {
                let key = try await server.key(role, account: "cloud")
                #expect(try await server.ask(.post, "/events/", key: key, body: Self.start(1)).status == 403)
            }
            #expect(try await server.ask(.post, "/events/", body: Self.start(1)).status == 401)
        }
    }

    @Test func aShortStreamIsAnsweredWithItsExactStatus() async throws {
        try await Self.withKey { server, key in
            let body = (0..<1_200).map { Self.start($0) + "\n" }.joined()
            let answer = try await server.ask(.post, "/events/", key: key, body: body, headers: Self.lines)
            #expect(answer.status == 200)
            #expect(answer.header("Content-Type") == "application/x-ndjson")
            #expect(try Self.lineResults(answer) == (1...1_200).map { "recorded \($0)" })
            let mixed = try await server.ask(
                .post, "/events/", key: key, body: Self.start(1) + "\n\n{\n" + Self.start(1_200), headers: Self.lines)
            #expect(mixed.status == 207)
            #expect(try Self.lineResults(mixed) == ["duplicate 2", "refused invalid_json", "recorded 1201"])
            let empty = try await server.ask(.post, "/events/", key: key, body: "", headers: Self.lines)
            #expect(empty.status == 200)
            #expect(empty.bytes.isEmpty)
        }
    }

    /// Each result comes while the stream is still open: the next event is sent only when it has been read.
    @Test func aStreamIsAnsweredWhileItComes() async throws {
        try await Self.withKey { server, key in
            let (bodies, sender) = AsyncStream.makeStream(of: ByteBuffer.self)
            sender.yield(ByteBuffer(string: Self.start(1) + "\n"))
            var count = 1
            let status = try await server.exchange(
                .post, "/events/", key: key, headers: Self.lines, body: bodies
            ) { line in
                let result = try JSONValue(parsing: Array(line.utf8))
                #expect(Self.line(result) == "recorded \(count)")
                count += 1
                if count <= 5 { sender.yield(ByteBuffer(string: Self.start(count) + "\n")) } else { sender.finish() }
            }
            #expect(status == 207)
            #expect(count == 6)
        }
    }

    @Test func gzipIsInflatedAndABombIsRefused() async throws {
        try await Self.withKey { server, key in
            let headers = [("Content-Encoding", "gzip")]
            let body = gzip(Array("[\(Self.start(1)),\(Self.start(2))]".utf8))
            let answer = try await server.ask(.post, "/events/", key: key, bytes: body, headers: headers + Self.batch)
            #expect(answer.status == 200)
            #expect(try Self.results(answer) == ["recorded 1", "recorded 2"])
            let bomb = gzip([UInt8](repeating: UInt8(ascii: " "), count: 17 << 20))
            #expect(bomb.count < 1 << 20)
            #expect(
                try await server.ask(.post, "/events/", key: key, bytes: bomb, headers: headers).status == 413)
            let lines = gzip(Array((Self.start(3) + "\n" + Self.start(4)).utf8))
            let stream = try await server.ask(
                .post, "/events/", key: key, bytes: lines, headers: headers + Self.lines)
            #expect(try Self.lineResults(stream) == ["recorded 3", "recorded 4"])
            let brotli = try await server.ask(
                .post, "/events/", key: key, body: "[]", headers: [("Content-Encoding", "br")])
            #expect(brotli.status == 415)
        }
    }
}
