import Foundation
import NIOHTTP1
import Service
import TestSupport
import Testing

@testable import API

/// Which requests are answered on the connection's own event loop; and that what is known already is told there to
/// whoever may hear it, in the same words as by the routes.
@Suite struct ShortWayTests {
    private static let setUp = "accounts: [{id: acme, name: Acme}, {id: other, name: Other}]"
    private static let usage = "/usage/?period=2017-11"

    private static func served(
        settings: APISettings = APISettings(), _ body: (TestServer) async throws -> Void
    ) async throws {
        // The clock stands, so that what is known stays known.
        let clock = try StandingClock("2017-12-01T00:00:00Z")
        try await TestServer.run(environment: clock.environment, settings: settings) { server in
            try await server.apply(setUp)
            try await body(server)
        }
    }

    /// What the desk says about a head.
    private static func way(
        _ server: TestServer, _ key: TestServer.Key?, _ method: HTTPMethod, _ path: String,
        version: HTTPVersion = .http1_1, _ fields: [(String, String)] = []
    ) -> String {
        let known = key.map { [("Authorization", $0.header)] } ?? []
        let head = HTTPRequestHead(
            version: version, method: method, uri: path, headers: HTTPHeaders(known + fields))
        var memory = ConnectionKey()
        let desk = ShortWayDesk(server.frame)
        switch desk.enter(head, &memory) {
        case .event(let expected):
            desk.leave(expected)
            return "event"
        case .known: return "known"
        case nil: return "routes"
        }
    }

    @Test func onlyPlainEventsTakeTheShortWay() async throws {
        try await Self.served { server in
            let key = try await server.key(.scheduler, account: "acme")
            let user = try await server.key(.user, account: "acme")
            let path = server.settings.basePath + "/events/"
            let plain = [("host", "x"), ("content-type", "application/json"), ("CONTENT-LENGTH", "10")]
            #expect(Self.way(server, key, .POST, path, plain) == "event")
            let kept = plain + [("Connection", "Keep-Alive")]
            #expect(Self.way(server, key, .POST, String(path.dropLast()), kept) == "event")
            let others: [(HTTPMethod, String, HTTPVersion, [(String, String)])] = [
                (.PUT, path, .http1_1, plain), (.POST, path, .http1_0, plain), (.POST, path + "?x=1", .http1_1, plain),
                (.POST, "http://x" + path, .http1_1, plain), (.POST, path, .http1_1, [plain[0], plain[1]]),
                (.POST, path, .http1_1, [plain[0], plain[2]]),
                (.POST, path, .http1_1, [plain[1], ("Content-Length", "16385")]),
                (.POST, path, .http1_1, [plain[1], ("Content-Length", "0")]),
                (.POST, path, .http1_1, [plain[1], ("Content-Length", "ten")]),
                (.POST, path, .http1_1, plain + [("Content-Length", "10")]),
                (.POST, path, .http1_1, plain + [("Content-Type", "application/json")]),
                (.POST, path, .http1_1, plain + [("Authorization", key.header)]),
                (.POST, path, .http1_1, plain + [("Host", "y")]),
                (.POST, path, .http1_1, plain + [("Connection", "close")]),
                (.POST, path, .http1_1, plain + [("Expect", "100-continue")]),
                (.POST, path, .http1_1, plain + [("Upgrade", "websocket")]),
                (.POST, path, .http1_1, plain + [("Content-Encoding", "gzip")]),
                (.POST, path, .http1_1, plain + [("Transfer-Encoding", "chunked")]),
                (.POST, path, .http1_1, [plain[2], ("Content-Type", "application/cloudevents-batch+json")]),
            ]
            for (method, path, version, fields) in others {
                #expect(
                    Self.way(server, key, method, path, version: version, fields) == "routes",
                    "\(method) \(path) \(version) \(fields)")
            }
            #expect(Self.way(server, user, .POST, path, plain) == "routes")
            #expect(Self.way(server, nil, .POST, path, plain) == "routes")
            #expect(Self.way(server, .init(token: key.token, secret: "x"), .POST, path, plain) == "routes")
            #expect(server.frame.bodies.inUse == 0)
        }
    }

    @Test func whatIsKnownIsToldToWhoeverMayHearIt() async throws {
        try await Self.served { server in
            let key = try await server.key(.user, account: "acme")
            let other = try await server.key(.user, account: "other")
            let auditor = try await server.key(.auditor, account: "acme")
            let path = server.settings.basePath + Self.usage
            #expect(Self.way(server, key, .GET, path) == "routes", "nobody has asked yet")
            let first = try await server.ask(.get, Self.usage, key: key), host = [("Host", "127.0.0.1:\(server.port)")]
            #expect(first.status == 200)
            #expect(Self.way(server, key, .GET, path, host) == "known")
            let second = try await server.ask(.get, Self.usage, key: key)
            #expect(second.status == 200)
            #expect(second.bytes == first.bytes)
            #expect(Self.fields(second) == Self.fields(first))
            #expect(second.header("X-Request-Id") != first.header("X-Request-Id"))

            for (method, fields) in [
                (HTTPMethod.HEAD, []), (.GET, [("Content-Length", "1")]), (.GET, [("Connection", "close")]),
            ] as [(HTTPMethod, [(String, String)])] {
                #expect(Self.way(server, key, method, path, host + fields) == "routes")
            }
            #expect(Self.way(server, key, .GET, path) == "routes", "named otherwise")
            #expect(Self.way(server, key, .GET, path, host + [("Content-Length", "0")]) == "known")
            for (stranger, path) in [
                (other, path), (auditor, path), (.init(token: key.token, secret: "x"), path), (key, path + "&"),
            ] { #expect(Self.way(server, stranger, .GET, path, host) == "routes") }

            let rows = server.frame.observer.figures.rows
            #expect(rows[.init(route: APISettings.basePathTemplate + "/usage/", method: "GET")]?.ofStatus == [200: 2])
            try await server.apply("accounts: [{id: third, name: Third}]")
            #expect(Self.way(server, key, .GET, path, host) == "routes", "something was written")
        }
    }

    /// A connection remembers its key; the key can end meanwhile, and another can come on the same connection.
    @Test func aRememberedKeyIsAskedAboutEachTime() async throws {
        try await Self.served { server in
            let key = try await server.key(.user, account: "acme"),
                wrong = TestServer.Key(token: key.token, secret: "x")
            let other = try await server.key(.user, account: "other")
            func status(_ key: TestServer.Key) async throws -> Int {
                try await server.ask(.get, Self.usage, key: key).status
            }
            var memory = ConnectionKey()
            func account(_ key: TestServer.Key) -> String? {
                memory.credential(key.header, keys: server.ledger.keys, at: server.ledger.environment.now())?.account
                    .text
            }
            for (key, expected) in [(key, "acme"), (wrong, nil), (key, "acme"), (other, "other"), (key, "acme")] {
                #expect(account(key) == expected)
                #expect(try await status(key) == (expected == nil ? 401 : 200))
                #expect(try await status(key) == (expected == nil ? 401 : 200))
            }
            try await server.ledger.revokeToken(key.token)
            #expect(account(key) == nil)
            #expect(try await status(key) == 401)
            #expect(account(other) == "other")
        }
    }

    @Test func whoAsksTooOftenIsToldSoByTheRoutes() async throws {
        var settings = APISettings()
        settings.requestsPerSecond = 2
        try await Self.served(settings: settings) { server in
            let key = try await server.key(.user, account: "acme")
            var statuses: [Int] = []
            for _ in 0..<6 { statuses.append(try await server.ask(.get, Self.usage, key: key).status) }
            #expect(statuses == [200, 200, 200, 200, 429, 429])
            // What turns out to be none of the short way's counts once too.
            let scheduler = try await server.key(.scheduler, account: "acme"),
                json = [("Content-Type", "application/json")]
            statuses = []
            for body in ["[]", "{}", "[]", "{}", "[]"] {
                let answer = try await server.ask(.post, "/events/", key: scheduler, body: body, headers: json)
                statuses.append(answer.status)
            }
            #expect(statuses == [200, 207, 200, 207, 429])
        }
    }

    /// Header fields without what is of one request alone.
    private static func fields(_ answer: TestServer.Answer) -> Set<String> {
        Set(answer.headers.filter { !["x-request-id", "date"].contains($0.0.lowercased()) }.map { "\($0.0): \($0.1)" })
    }
}
