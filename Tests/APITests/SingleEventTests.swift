import Foundation
import NIOCore
import Service
import TestSupport
import Testing
import UsageLedger

@testable import API

/// Plain single events are recorded on the connection's own event loop: nobody but the clock may notice.
@Suite struct SingleEventTests {
    private static let setUp = "accounts: [{id: cloud, name: Cloud}]"

    private static func start(_ task: Int, at time: String = "1T10:00") -> String {
        EventScript("start \(time) task=t\(task) id=e\(task) account=cloud user=u plan=p").events[0].canonicalText
    }

    private static func withKey(
        limits: ServedLedger.Limits = ServedLedger.Limits(),
        _ body: (TestServer, TestServer.Key) async throws -> Void
    ) async throws {
        try await TestServer.run(limits: limits) { server in
            try await server.apply(setUp)
            try await body(server, try await server.key(.scheduler, account: "cloud"))
        }
    }

    /// A request as it goes over the wire.
    private static func post(
        _ server: TestServer, _ key: TestServer.Key?, _ body: String, path: String = "/events/", fields: String = ""
    ) -> String {
        "POST \(server.settings.basePath)\(path) HTTP/1.1\r\nHost: x\r\nContent-Type: application/cloudevents+json\r\n"
            + (key.map { "Authorization: \($0.header)\r\n" } ?? "") + fields
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// What was counted of the route that both ways share, by status.
    private static func counts(_ server: TestServer) -> [Int: Int] {
        let template = APISettings.basePathTemplate + "/events/"
        return server.frame.observer.figures.rows[.init(route: template, method: "POST")]?.ofStatus ?? [:]
    }

    /// Statuses of the answers that have come, and their bodies.
    private static func answers(_ text: String) -> [String] {
        text.split(separator: "HTTP/1.1 ").map { answer in
            let status = answer.prefix(3), body = answer.split(separator: "\r\n\r\n").dropFirst().first ?? ""
            let result = (try? JSONValue(parsing: Array(body.utf8)))?["results"]?.array?.first
            let words = [result?["status"]?.string, (result?["position"]?.integer).map { "\($0)" }]
            return ([String(status)] + words.compactMap(\.self)).joined(separator: " ")
        }
    }

    /// The event's way is told from the routes' by its spelling of the type alone.
    @Test(arguments: ["application/cloudevents+json", "application/json", "application/cloudevents+json;charset=utf-8"])
    func bothWaysAnswerAlike(contentType: String) async throws {
        try await Self.withKey { server, key in
            let headers = [("Content-Type", contentType)]
            let cases: [(body: String, status: Int, result: String)] = [
                (Self.start(1), 200, "recorded"), (Self.start(1) + "\n", 200, "duplicate"),
                (Self.start(1, at: "1T11:00"), 207, "conflict"),
                (Self.start(2).replacingOccurrences(of: "\"2017-11", with: "\"2117-11"), 207, "refused"),
                ("{\"id\": 1}", 207, "refused"), ("[\(Self.start(3)),\(Self.start(4))]", 200, "recorded"),
            ]
            for (body, status, result) in cases {
                let answer = try await server.ask(.post, "/events/", key: key, body: body, headers: headers)
                #expect(answer.status == status, "\(body)")
                #expect(try answer.json["results"]?.array?.first?["status"]?.string == result, "\(body)")
                let names = answer.headers.map { $0.0.lowercased() }.sorted()
                #expect(names == ["content-length", "content-type", "date", "server", "x-request-id"])
                #expect(answer.header("Content-Type") == "application/json")
                #expect(answer.header("Server") == "kanjo")
            }
            #expect(Self.counts(server) == [200: 3, 207: 3])
            #expect(try await server.ledger.readers.read { try $0.store.head().size } == 4)
            #expect(server.frame.bodies.inUse == 0)
        }
    }

    @Test func requestsOfOneConnectionAreAnsweredInTheirOrder() async throws {
        try await Self.withKey { server, key in
            let connection = try await RawConnection.open(server)
            let health = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
            let wrong = TestServer.Key(token: key.token, secret: "wrong")
            let requests = [
                Self.post(server, key, Self.start(1)), Self.post(server, key, Self.start(2), path: "/events"), health,
                Self.post(server, wrong, Self.start(3)), Self.post(server, key, Self.start(3)),
                Self.post(server, nil, Self.start(4)), Self.post(server, key, "{"), health,
                Self.post(server, key, Self.start(1)), Self.post(server, key, Self.start(5)),
                "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            ]
            await connection.send(requests.joined())
            let statuses = [
                "200 recorded 2", "200 recorded 3", "200", "401", "200 recorded 4", "401", "400", "200",
                "200 duplicate 2", "200 recorded 5", "404",
            ]
            #expect(Self.answers(await connection.end()) == statuses)
        }
    }

    @Test func aBodyInPiecesAndAClientThatHasSentItsLastAreAnswered() async throws {
        try await Self.withKey { server, key in
            let connection = try await RawConnection.open(server)
            let request = Self.post(server, key, Self.start(1)), middle = request.index(request.endIndex, offsetBy: -40)
            await connection.send(String(request[..<middle]))
            await connection.send(String(request[middle...]))
            #expect(Self.answers(await connection.text(until: "}]}")) == ["200 recorded 2"])
            await connection.send(Self.post(server, key, Self.start(2)))
            await connection.finishSending()
            #expect(Self.answers(await connection.end()) == ["200 recorded 2", "200 recorded 3"])
        }
    }

    /// The writer is held while the event waits for it, so that the server is told to stop in between.
    @Test func anEventThatIsBeingRecordedIsAnsweredBeforeTheServerStops() async throws {
        try await Self.withKey { server, key in
            let connection = try await RawConnection.open(server), writer = HeldWriter(server.ledger)
            await writer.hasBegun()
            await connection.send(Self.post(server, key, Self.start(1)))
            await writer.waits(forItems: 1)
            async let stopped: Void = server.stopServing()
            writer.letGo()
            #expect(Self.answers(await connection.end()) == ["200 recorded 2"])
            await stopped
        }
    }

    @Test func aClientThatHasGoneLosesNothing() async throws {
        try await Self.withKey { server, key in
            let connection = try await RawConnection.open(server), writer = HeldWriter(server.ledger)
            await writer.hasBegun()
            await connection.send(Self.post(server, key, Self.start(1)))
            await writer.waits(forItems: 1)
            await connection.close()
            writer.letGo()
            let again = try await server.ask(.post, "/events/", key: key, body: Self.start(1))
            #expect(try again.json["results"]?.array?.first?["status"]?.string == "duplicate")
            #expect(server.frame.bodies.inUse == 0)
        }
    }

    @Test func whatCanNotBeTakenNowIsToldByTheRoutes() async throws {
        var limits = ServedLedger.Limits()
        limits.writer.waitingItems = 1
        try await Self.withKey(limits: limits) { server, key in
            let writer = HeldWriter(server.ledger)
            await writer.hasBegun()
            let first = try await RawConnection.open(server)
            await first.send(Self.post(server, key, Self.start(1)))
            await writer.waits(forItems: 1)
            let headers = [("Content-Type", "application/cloudevents+json")]
            let full = try await server.ask(.post, "/events/", key: key, body: Self.start(2), headers: headers)
            #expect(full.status == 503)
            #expect(full.header("Retry-After") == "1")
            writer.letGo()
            #expect(Self.answers(await first.text(until: "}]}")) == ["200 recorded 2"])
        }
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (4_102_444_800, "Fri, 01 Jan 2100 00:00:00 GMT"),
    ]) func datesAreThoseOfHTTP(second: Int, text: String) {
        #expect(HTTPDate.text(ofSecond: second) == text)
    }
}
