import ContainerEngine
import Foundation
import Logging
import Service
import Store
import TestSupport
import Testing
import UsageLedger
import Units

@testable import API

/// HTTP that is handed to a task's container: here a program of the test behind a simulated engine.
struct ForwardingTests {
    private static let setUp = """
        issuer: {name: 株式会社勘定クラウド, registration_number: T7000012050002}
        accounts: [{id: acme, name: Acme, users: [alice]}]
        plans: [{id: cpu, name: CPU, gpu_model: none, gpu_count: 1, minimum_execution_seconds: 1}]
        prices: [{plan: cpu, yen_per_second: "1", from: 2024-01-01}]
        """

    /// Runs a task that takes HTTP on a port; gives its address's path.
    private func withTask(
        port: Int, settings: APISettings = APISettings(),
        _ body: (TestServer, _ key: String, _ label: String) async throws -> Void
    ) async throws {
        try await TestServer.run(
            settings: settings,
            preparing: { _ = try $0.apply(try SetUpFileReader.declaration(in: Self.setUp), by: Author(who: "test")) }
        ) { server in
            let made = try await server.ledger.createToken(
                account: try AccountID("acme"), user: try UserID("alice"), role: .user)
            let key = Data("\(made.stored.token):\(made.secret)".utf8).base64EncodedString()
            let engine = SimulatedEngine(name: "one", now: server.ledger.environment.now)
            server.ledger.engines.connect([engine])
            var scheduling = SchedulerSettings()
            scheduling.capacity = [.init(name: "one", tasksByPlan: [try PlanID("cpu"): 1])]
            let scheduler = TaskScheduler(
                ledger: server.ledger, hosts: [engine], settings: scheduling, logger: Logger(label: "test"))
            let running = Task { try await scheduler.run() }
            defer { running.cancel() }
            let json = #"{"name":"t","containers":[{"image":"run:3600000:0","plan":"cpu","http":{"port":\#(port)}}]}"#
            let base = settings.basePath
            let created = try await ask(
                server,
                "POST \(base)/tasks/ HTTP/1.1\r\nAuthorization: Basic \(key)\r\nContent-Length: \(json.utf8.count)",
                json)
            let id = try #require(try JSONValue(parsing: Array(created.body.utf8))["id"]?.string)
            let label = try #require(try TaskHostLabel(of: try TaskID(id), server.ledger.secrets)).text
            while engine.lives.first?.state.status != .running { await Task.yield() }
            try await body(server, key, label)
            running.cancel()
            _ = try? await running.value
        }
    }

    private func ask(
        _ server: TestServer, _ head: String, _ body: String = ""
    ) async throws -> (head: String, body: String) {
        let connection = try await RawConnection.open(server)
        let host = head.contains("\r\nHost:") ? "" : "\r\nHost: api.test"
        await connection.send("\(head)\(host)\r\nConnection: close\r\n\r\n\(body)")
        let text = await connection.end()
        let end = text.firstRange(of: "\r\n\r\n")
        return (
            String(text[..<(end?.lowerBound ?? text.endIndex)]), String(text[(end?.upperBound ?? text.endIndex)...])
        )
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "200 OK", "hi"),
        (
            "HTTP/1.1 200 OK\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nContent-Length: 2\r\n\r\nhi",
            "200 OK", "hi"
        ),
        ("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n", "302 Found", ""),
        ("HTTP/1.1 204 No Content\r\n\r\n", "204 No Content", ""),
        ("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 3\r\n\r\noh!", "500 Internal Server Error", "oh!"),
        ("SSH-2.0-OpenSSH_9.2\r\n\r\n", "502 Bad Gateway", "container_answer_broken"),
        ("", "502 Bad Gateway", "container_answer_broken"),
    ])
    func whatAProgramSaysIsHandedOn(said: String, status: String, body: String) async throws {
        let program = try await FakeProgram.listen(saying: said)
        try await withTask(port: program.port) { server, _, label in
            let answer = try await ask(server, "GET /t/\(label)/a HTTP/1.1")
            #expect(answer.head.hasPrefix("HTTP/1.1 \(status)\r\n"), "\(answer)")
            #expect(body.isEmpty ? answer.body.isEmpty : answer.body.contains(body), "\(answer)")
            let names = answer.head.lowercased()
            #expect(!names.contains("x-hop") && !names.contains("keep-alive"))
            #expect(said.contains("302") == names.contains("location: http://169.254.169.254/"))
        }
    }

    @Test func whatIsTheConnectionsOrOursGoesNoFurther() async throws {
        let program = try await FakeProgram.listen(saying: "HTTP/1.1 204 No Content\r\n\r\n")
        try await withTask(port: program.port) { server, key, label in
            let head = "GET /t/\(label)//a%2Fb/%E5%8B%98?q=%20+&x HTTP/1.1\r\nHost: shop.test\r\nTE: trailers"
            _ = try await ask(
                server, head + "\r\nUpgrade: websocket\r\nX-Kept: 1\r\nAuthorization: Basic \(key)"
            )
            _ = try await ask(server, "GET /t/\(label) HTTP/1.1\r\nAuthorization: Bearer its-own")
            var heard = program.requests.makeAsyncIterator()
            let first = try #require(await heard.next()), second = try #require(await heard.next())
            #expect(first.hasPrefix("GET //a%2Fb/%E5%8B%98?q=%20+&x HTTP/1.1\r\n"), "\(first)")
            let names = first.lowercased()
            #expect(names.contains("\r\nhost: shop.test\r\n") && names.contains("\r\nx-forwarded-host: shop.test\r\n"))
            #expect(names.contains("\r\nx-kept: 1\r\n") && names.contains("\r\nx-forwarded-for: 127.0.0.1\r\n"))
            #expect(!names.contains("upgrade") && !names.contains("authorization") && !names.contains("\r\nte:"))
            #expect(second.hasPrefix("GET / HTTP/1.1\r\n") && second.contains("Bearer its-own"), "\(second)")
        }
    }

    @Test func halfABodyIsNeverTakenForAll() async throws {
        let program = try await FakeProgram.listen(saying: "HTTP/1.1 204 No Content\r\n\r\n", after: "never")
        try await withTask(port: program.port) { server, _, label in
            let post = "POST /t/\(label)/ HTTP/1.1\r\nHost: a.test\r\n"
            var heard = program.requests.makeAsyncIterator()
            for rest in ["Content-Length: 9\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"] {
                let connection = try await RawConnection.open(server)
                await connection.send(post + rest)
                await connection.close()
                // It may end before anything of it was sent.
                let request = await heard.next() ?? ""
                #expect(!request.hasSuffix("0\r\n\r\n"), "\(request)")
            }
        }
    }

    @Test func aTaskHasAHostOfItsOwnWhereThereAreSome() async throws {
        let program = try await FakeProgram.listen(saying: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
        var settings = APISettings()
        settings.taskAddress = TaskAddress("https://*.tasks.test")
        try await withTask(port: program.port, settings: settings) { server, key, label in
            func status(_ path: String, _ host: String) async throws -> String {
                let head = "GET \(path) HTTP/1.1\r\nAuthorization: Basic \(key)\r\nHost: \(host)"
                return String(try await ask(server, head).head.dropFirst(9).prefix(3))
            }
            #expect(try await status("/any", "\(label).tasks.test") == "200")
            #expect(try await status("/healthz", "\(label.uppercased()).tasks.test:8443") == "200")
            #expect(try await status("/healthz", "other.tasks.test") == "404")
            #expect(try await status("/t/\(label)/", "api.test") == "404")
            #expect(try await status("/healthz", "api.test") == "200")
            let tasks = try await ask(
                server, "GET \(settings.basePath)/tasks/ HTTP/1.1\r\nAuthorization: Basic \(key)")
            #expect(tasks.body.contains(#""http_uri":"https://\#(label).tasks.test/""#), "\(tasks)")
        }
    }

    @Test func nobodyListens() async throws {
        let silent = try SilentPort()
        try await withTask(port: silent.number) { server, _, label in
            let answer = try await ask(server, "GET /t/\(label)/ HTTP/1.1")
            #expect(answer.head.hasPrefix("HTTP/1.1 503 ") && answer.head.lowercased().contains("retry-after: 1"))
            #expect(answer.body.contains("container_not_listening"))
        }
    }

    @Test(arguments: [
        ("https://*.tasks.example.jp", true), ("http://*.t:8080", true), ("https://tasks.example.jp", false),
        ("https://*.tasks.example.jp/", false), ("ftp://*.t", false), ("https://*.", false), ("https://*.a b", false),
        ("https://*.t:99999", false), ("", false),
    ])
    func anAddressOfTasks(text: String, isOne: Bool) { #expect((TaskAddress(text) != nil) == isOne) }
}
