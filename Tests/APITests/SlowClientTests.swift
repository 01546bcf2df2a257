import HTTPTypes
import NIOCore
import NIOPosix
import Service
import Synchronization
import TestSupport
import Testing
import UsageLedger

@testable import API

/// Clients that are slow by design lose their connection; those that are only busy keep it.
@Suite(.serialized, .timeLimit(.minutes(2))) struct SlowClientTests {
    private static let setUp = "accounts: [{id: cloud, name: Cloud}]"

    /// Everything short, so that the tests are; but not so short that a busy machine is taken for a slow client.
    private static func settings(milliseconds: Int64 = 1_000) -> APISettings {
        var settings = APISettings()
        settings.connections.idleMilliseconds = milliseconds
        settings.connections.headMilliseconds = milliseconds
        settings.connections.bodySpanMilliseconds = milliseconds
        settings.connections.writeMilliseconds = milliseconds
        settings.connections.lingerMilliseconds = milliseconds
        return settings
    }

    private static func head(_ server: TestServer, _ key: TestServer.Key?, _ fields: String) -> String {
        "POST \(server.settings.basePath)/events/ HTTP/1.1\r\nHost: x\r\n"
            + (key.map { "Authorization: \($0.header)\r\n" } ?? "") + fields + "\r\n\r\n"
    }

    private static func start(_ task: Int) -> String {
        EventScript("start 1T10:00 task=t\(task) id=e\(task) account=cloud user=u plan=p").events[0].canonicalText
            + "\n"
    }

    @Test func silentAndDrippingConnectionsAreClosed() async throws {
        // Two of them are answered first, whatever else the machine does.
        try await TestServer.run(settings: Self.settings(milliseconds: 5_000)) { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.scheduler, account: "cloud")
            let idle = try await RawConnection.open(server)
            let half = try await RawConnection.open(server)
            await half.send("GET /healthz HTTP/1.1\r\nHost:")
            let head = try await RawConnection.open(server)
            await head.send("GET /healthz HTTP/1.1\r\nX: ")
            head.drip("y", everyMilliseconds: 20)
            let body = try await RawConnection.open(server)
            await body.send(Self.head(server, key, "Content-Length: 100000"))
            body.drip(" ", everyMilliseconds: 20)
            let answered = try await RawConnection.open(server)
            await answered.send(Self.head(server, nil, "Content-Length: 100000"))
            #expect(await answered.text(until: "}").hasPrefix("HTTP/1.1 401 "))
            answered.drip(" ", everyMilliseconds: 20)
            let kept = try await RawConnection.open(server)
            await kept.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            for connection in [idle, half, head, body] { #expect(await connection.end().isEmpty) }
            _ = await answered.end()
            #expect(await kept.end().hasPrefix("HTTP/1.1 200 "))
            #expect(server.frame.connections.closedByUs == ["too_slow": 6])
            #expect(server.frame.connections.total == 0)
        }
    }

    @Test func aSteadyStreamOutlivesEveryDeadline() async throws {
        try await TestServer.run(settings: Self.settings()) { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.scheduler, account: "cloud")
            let (bodies, sender) = AsyncStream.makeStream(of: ByteBuffer.self)
            let rounds = 150
            let round = Mutex(0)
            MultiThreadedEventLoopGroup.singleton.any().scheduleRepeatedTask(
                initialDelay: .zero, delay: .milliseconds(20)
            ) { task in
                let number = round.withLock { number in
                    defer { number += 1 }
                    return number
                }
                sender.yield(ByteBuffer(string: (0..<10).map { Self.start(number * 10 + $0) }.joined()))
                guard number == rounds - 1 else { return }
                sender.finish()
                task.cancel()
            }
            var received = 0
            let status = try await server.exchange(
                .post, "/events/", key: key, headers: [("Content-Type", "application/x-ndjson")], body: bodies
            ) { _ in received += 1 }
            #expect([200, 207].contains(status))
            #expect(received == 10 * rounds)
            #expect(server.frame.connections.closedByUs.isEmpty)
        }
    }

    /// While we are busy, a client that waits for us isn't slow.
    @Test func backPressureOfOursDoesNotCount() async throws {
        try await TestServer.run(settings: Self.settings()) { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.scheduler, account: "cloud")
            let gate = Gate()
            let blocked = Task { try await server.ledger.writer.perform { _ in gate.wait() } }
            let count = 30_000
            let body = ByteBuffer(string: (0..<count).map(Self.start).joined())
            let asking = Task {
                try await server.ask(
                    .post, "/events/", key: key, bytes: Array(buffer: body),
                    headers: [("Content-Type", "application/x-ndjson")])
            }
            // A connection that is closed for its silence shows that more than the span has passed.
            for _ in 0..<2 { #expect(try await RawConnection.open(server).end().isEmpty) }
            gate.open()
            try await blocked.value
            let answer = try await asking.value
            #expect(answer.text.split(separator: "\n").count == count)
        }
    }

    @Test func whoDoesNotReadTheAnswerLosesTheConnection() async throws {
        let large = Route(.get, "/large/", for: .open) { _ in
            .bytes([UInt8](repeating: 0x20, count: 32 << 20), contentType: "text/plain")
        }
        try await TestServer.run(settings: Self.settings(), routes: [large]) { server in
            let connection = try await RawConnection.open(server, reads: false)
            await connection.send("GET \(server.settings.basePath)/large/ HTTP/1.1\r\nHost: x\r\n\r\n")
            while server.frame.connections.closedByUs["too_slow"] != 1 { await Task.yield() }
            while server.frame.connections.total > 0 { await Task.yield() }
            #expect(server.frame.connections.closedByUs == ["too_slow": 1])
        }
    }

    @Test func oneAddressGetsSoManyConnectionsAndNoMore() async throws {
        var settings = APISettings()
        settings.connections.countsLoopback = true
        settings.connections.perAddress = 3
        try await TestServer.run(settings: settings) { server in
            let ask = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
            var kept: [RawConnection] = []
            for _ in 0..<3 {
                let connection = try await RawConnection.open(server)
                await connection.send(ask)
                #expect(await connection.text(until: "}").hasPrefix("HTTP/1.1 200 "))
                kept.append(connection)
            }
            let fourth = try await RawConnection.open(server)
            await fourth.send(ask)
            #expect(await fourth.end().isEmpty)
            await kept[0].close()
            while server.frame.connections.total > 2 { await Task.yield() }
            let fifth = try await RawConnection.open(server)
            await fifth.send(ask)
            #expect(await fifth.text(until: "}").hasPrefix("HTTP/1.1 200 "))
            withExtendedLifetime(kept) {}
        }
    }
}
