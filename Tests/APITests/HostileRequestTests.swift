import HTTPTypes
import Service
import TestSupport
import Testing
import UsageLedger

@testable import API

/// Whatever is sent, the answer is a clean 4xx with the error's body, and the server goes on.
@Suite(.timeLimit(.minutes(2))) struct HostileRequestTests {
    private static let setUp = "accounts: [{id: acme, name: Acme}]"

    @Test func unknownPathsAre404AndOtherMethods405() async throws {
        try await TestServer.run { server in
            let missing = try await server.ask(.get, "/nothing/here/")
            #expect(missing.status == 404)
            #expect(try missing.json["error_code"]?.string == "not_found")
            for method in [HTTPRequest.Method.post, .put, .delete, .patch, .options, .trace] {
                let answer = try await server.ask(method, "/plans/")
                #expect(answer.status == 405, "\(method)")
                #expect(answer.header("Allow") == "GET, HEAD")
                #expect(try answer.json["error_code"]?.string == "method_not_allowed")
            }
            let head = try await server.ask(.head, "/healthz", root: true)
            #expect(head.status == 200)
            #expect(head.bytes.isEmpty)
            #expect(head.header("Content-Length") == "15")
        }
    }

    @Test func pathTricksAreRefused() async throws {
        try await TestServer.run { server in
            let base = server.settings.basePath
            let targets: [(target: String, status: Int)] = [
                ("/../healthz", 400), ("/healthz/%2e%2e", 400), ("/./healthz", 400), ("/%00", 400),
                ("/healthz%00", 400),
                ("/%ff%fe", 400), ("/%c0%af", 400), ("/%zz", 400), ("/%4", 400), ("/%", 400), ("/%0d%0aX:%20y", 400),
                ("/healthz%2f", 404), ("/%2f%2fhealthz", 404), ("/healthz;x=1", 404), ("/HEALTHZ", 404),
                (base + "/plans%2f..%2fplans", 404), ("//healthz//", 200), ("/healthz?x=%zz", 200), ("/healthz#x", 200),
                ("http://other/healthz", 200), ("*", 404), (base + "/plans/?page=%ff", 401),
            ]
            for (target, status) in targets {
                let connection = try await RawConnection.open(server)
                await connection.send("GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                let text = await connection.end()
                #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(target): \(text.prefix(200))")
            }
        }
    }

    @Test func aQueryThatIsNoUTF8IsToldAsSuch() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "acme")
            for query in ["page=%ff", "x%ff=1", "page=0", "page=x&page_size=1001"] {
                let answer = try await server.ask(.get, "/plans/?\(query)", key: key)
                #expect(answer.status == 400, "\(query)")
                #expect(try answer.json["errors"]?.array?.isEmpty == false, "\(query)")
            }
        }
    }

    @Test func whatIsNoHTTPIsAnsweredAndClosed() async throws {
        try await TestServer.run { server in
            let long = String(repeating: "x", count: 20_000)
            let heads: [(head: String, status: Int)] = [
                ("hello\r\n\r\n", 400), ("GET /healthz HTTP/9.9\r\n\r\n", 400), ("\u{0}\u{1}\u{2}\u{3}\r\n\r\n", 400),
                ("GET /healthz HTTP/1.1\r\nX: \(long)\r\n\r\n", 431),
                ("GET /\(long) HTTP/1.1\r\n\r\n", 431),
                ("POST /x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
                ("POST /x HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
            ]
            for (head, status) in heads {
                let connection = try await RawConnection.open(server)
                await connection.send(head)
                let text = await connection.end()
                #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(head.prefix(40)): \(text.prefix(300))")
                #expect(text.contains("\"serial\":"), "\(head.prefix(40))")
            }
            let many = (0..<200).map { "X-\($0): y\r\n" }.joined()
            let connection = try await RawConnection.open(server)
            await connection.send("GET /healthz HTTP/1.1\r\n\(many)\r\n")
            #expect(await connection.end().hasPrefix("HTTP/1.1 4"))
            #expect(try await server.ask(.get, "/healthz", root: true).status == 200)
        }
    }

    @Test func longAndDeepBodiesAreRefusedAndTheServerGoesOn() async throws {
        let echo = Route(.post, "/echo/", for: .anyKey) { .json(try await $0.json()) }
        try await TestServer.run(routes: [echo]) { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "acme")
            let long = try await server.ask(.post, "/echo/", key: key, body: String(repeating: " ", count: 2 << 20))
            #expect(long.status == 413)
            let deep = String(repeating: "[", count: 100_000)
            for body in [deep, "{\"a\": 1e}", "[1.]", "{\"a\":1,\"a\":2}", "\u{FEFF}\u{FEFF}[]", "[\"\u{1}\"]"] {
                #expect(try await server.ask(.post, "/echo/", key: key, body: body).status == 400, "\(body.prefix(20))")
            }
            for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] {
                #expect(try await server.ask(.post, "/echo/", key: key, bytes: bytes).status == 400)
            }
            let texts = ["\u{10FFFF}😀é\u{0}\u{1F}\"\\/ \u{2028}", "", "\u{FFFD}", "日本語"]
            for text in texts {
                let body = JSONValue.array([.string(text)]).canonicalBytes
                let answer = try await server.ask(.post, "/echo/", key: key, bytes: body)
                #expect(answer.status == 200)
                #expect(answer.bytes == body)
            }
        }
    }

    @Test func anUnexpectedErrorShowsItsSerialAndNothingElse() async throws {
        struct Secret: Error { let word = "hidden" }
        let failing = Route(.get, "/fail/", for: .anyKey) { _ in throw Secret() }
        try await TestServer.run(routes: [failing]) { server in
            try await server.apply(Self.setUp)
            let answer = try await server.ask(.get, "/fail/", key: try await server.key(.user, account: "acme"))
            #expect(answer.status == 500)
            #expect(!answer.text.contains("hidden") && !answer.text.contains("Secret"))
            let serial = try #require(try answer.json["serial"]?.string)
            #expect(try answer.json["error_msg"]?.string?.contains(serial) == true)
        }
    }

    @Test func aBodyThatIsNoHTTPIsToldAsSuchAndEndsTheConnection() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.scheduler, account: "acme")
            let user = try await server.key(.user, account: "acme")
            for (path, key) in [("/events/", key), ("/tasks/", user)] {
                let connection = try await RawConnection.open(server)
                await connection.send(
                    "POST \(server.settings.basePath)\(path) HTTP/1.1\r\nHost: x\r\nAuthorization: \(key.header)\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n1\r\n[\r\nthis is no length\r\n")
                let text = await connection.end()
                #expect(text.hasPrefix("HTTP/1.1 400 "), "\(text.prefix(200))")
                #expect(text.lowercased().contains("connection: close\r\n"))
                let body = try #require(text.split(separator: "\r\n\r\n").last)
                #expect(try JSONValue(parsing: Array(body.utf8))["error_code"]?.string == "invalid_request")
            }
        }
    }

    /// However a client says that this was its last request.
    @Test(arguments: [
        "HTTP/1.0\r\n", "HTTP/1.0\r\nConnection: keep-alive\r\n", "HTTP/1.1\r\nConnection: close\r\n",
        "HTTP/1.1\r\nConnection: Close\r\n", "HTTP/1.1\r\nConnection: x, close\r\n",
    ]) func theConnectionEndsBehindTheLastRequest(ending: String) async throws {
        try await TestServer.run { server in
            let connection = try await RawConnection.open(server)
            await connection.send("GET /healthz \(ending)Host: x\r\n\r\n")
            let text = await connection.end()
            #expect(text.hasPrefix("HTTP/1.1 200 "), "\(text.prefix(200))")
        }
    }

    /// Whoever hangs up in the middle of a body has made no error of ours.
    @Test func hangingUpInsideABodyIsNoServerError() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.scheduler, account: "acme")
            for length in ["Content-Length: 1000\r\n\r\n[", "Transfer-Encoding: chunked\r\n\r\n5\r\n[  "] {
                let connection = try await RawConnection.open(server)
                await connection.send(
                    "POST \(server.settings.basePath)/events/ HTTP/1.1\r\nAuthorization: \(key.header)\r\n\(length)")
                await connection.close()
            }
            var statuses: [Int: Int] = [:]
            repeat {
                statuses = server.frame.observer.figures.rows.values.reduce(into: [:]) { sums, row in
                    sums.merge(row.ofStatus, uniquingKeysWith: +)
                }
                await Task.yield()
            } while statuses.values.reduce(0, +) < 2
            #expect(statuses == [AskedRequest.clientGone: 2])
        }
    }

    @Test func aKeyThatAsksTooOftenIsToldToWait() async throws {
        var settings = APISettings()
        settings.requestsPerSecond = 1
        let live = ServiceEnvironment.live, now = live.now()
        let environment = ServiceEnvironment(now: { now }, makeID: live.makeID, makeSalt: live.makeSalt)
        try await TestServer.run(environment: environment, settings: settings) { server in
            try await server.apply(Self.setUp)
            let (key, other) = (
                try await server.key(.user, account: "acme"), try await server.key(.user, account: "acme")
            )
            var statuses: [Int] = []
            for _ in 0..<4 { statuses.append(try await server.ask(.get, "/plans/", key: key).status) }
            #expect(statuses == [200, 200, 429, 429])
            #expect(try await server.ask(.get, "/plans/", key: other).status == 200)
        }
    }
}
