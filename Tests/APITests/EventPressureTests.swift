import NIOCore
import Service
import Synchronization
import TestSupport
import Testing
import UsageLedger

@testable import API

/// `POST /events/` when more comes than can be written, and when its key is taken back.
@Suite struct EventPressureTests {
    private static let batch = [("Content-Type", "application/cloudevents-batch+json")]
    private static let lines = [("Content-Type", "application/x-ndjson")]

    private static func start(_ task: Int) -> String {
        EventScript("start 1T10:00 task=t\(task) id=e\(task) account=cloud user=u plan=p").events[0].canonicalText
    }

    private static func withKey(
        waitingItems: Int = 50_000, _ body: (TestServer, TestServer.Key) async throws -> Void
    ) async throws {
        var limits = ServedLedger.Limits()
        limits.writer.waitingItems = waitingItems
        try await TestServer.run(limits: limits) { server in
            try await server.apply("accounts: [{id: cloud, name: Cloud}]")
            try await body(server, try await server.key(.scheduler, account: "cloud"))
        }
    }

    /// A batch is told when to come again; a stream waits, and its sender with it: nothing of it is refused.
    @Test func aBatchIsToldToComeAgainAndAStreamWaits() async throws {
        try await Self.withKey(waitingItems: 2) { server, key in
            let writer = HeldWriter(server.ledger)
            await writer.hasBegun()
            let first = Task {
                try await server.ask(.post, "/events/", key: key, body: "[\(Self.start(1)),\(Self.start(2))]")
            }
            await writer.waits(forItems: 2)
            let full = try await server.ask(
                .post, "/events/", key: key, body: "[\(Self.start(3))]", headers: Self.batch)
            #expect(full.status == 503)
            #expect(full.header("Retry-After") == "1")
            let (bodies, sender) = AsyncStream.makeStream(of: ByteBuffer.self)
            let stream = Task {
                var results: [String] = []
                let status = try await server.exchange(
                    .post, "/events/", key: key, headers: Self.lines, body: bodies
                ) { results.append(String($0)) }
                return (status, results)
            }
            for task in 4..<40 { sender.yield(ByteBuffer(string: Self.start(task) + "\n")) }
            sender.finish()
            writer.letGo()
            #expect(try await first.value.status == 200)
            let (status, results) = try await stream.value
            #expect(status == 200)
            #expect(results.count == 36)
            #expect(results.allSatisfy { $0.contains("\"recorded\"") })
        }
    }

    @Test func aStreamEndsWhenItsKeyIsRevoked() async throws {
        try await Self.withKey { server, key in
            let (bodies, sender) = AsyncStream.makeStream(of: ByteBuffer.self)
            sender.yield(ByteBuffer(string: Self.start(1) + "\n"))
            let results = Mutex(0)
            await #expect(throws: (any Error).self) {
                try await server.exchange(.post, "/events/", key: key, headers: Self.lines, body: bodies) { _ in
                    let count = results.withLock { results in
                        results += 1
                        return results
                    }
                    guard count == 1 else { return }
                    try await server.ledger.revokeToken(key.token)
                    sender.yield(ByteBuffer(string: Self.start(2) + "\n"))
                }
            }
            #expect(results.withLock { $0 } == 1)
            let size = try await server.ledger.readers.read { try $0.store.head().size }
            #expect(size == 2)
        }
    }

    @Test func whatIsRefusedBeforeItIsWrittenIsCountedToo() async throws {
        try await Self.withKey { server, key in
            let single = [("Content-Type", "application/cloudevents+json")]
            for body in [Self.start(1), Self.start(1), "{\"id\":1}"] {
                _ = try await server.ask(.post, "/events/", key: key, body: body, headers: single)
            }
            let lines = "\(Self.start(2))\n{}\nx\n"
            _ = try await server.ask(.post, "/events/", key: key, body: lines, headers: Self.lines)
            let metrics = try await server.ask(.get, "/metrics", root: true).text
            for (result, count) in [("recorded", 2), ("duplicate", 1), ("conflict", 0), ("refused", 3)] {
                #expect(metrics.contains("kanjo_events_total{result=\"\(result)\"} \(count)\n"), "\(result)")
            }
            for name in [
                "kanjo_commit_events_bucket{le=\"1\"} 3\n", "kanjo_flush_duration_seconds_count 3\n",
                "kanjo_waiting{queue=\"events\"} 0\n", "kanjo_log_events 3\n", "kanjo_open_runs 2\n",
                "kanjo_runs_with_anomalies 2\n",
            ] { #expect(metrics.contains(name), "\(name)") }
        }
    }
}
