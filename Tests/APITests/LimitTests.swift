import Service
import TestSupport
import Testing
import UsageLedger

@testable import API

/// Just within a limit, and what is said beyond one.
@Suite struct LimitTests {
    private static let setUp = "accounts: [{id: cloud, name: Cloud}]"

    @Test func tenThousandEventsInOneBatchAreTaken() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.scheduler, account: "cloud")
            let events = (0..<10_000).map {
                EventScript("start 1T10:00 task=t\($0) id=e\($0) account=cloud user=u plan=p").events[0].canonicalText
            }
            let answer = try await server.ask(
                .post, "/events/", key: key, body: "[" + events.joined(separator: ",") + "]",
                headers: [("Content-Type", "application/cloudevents-batch+json")])
            #expect(answer.status == 200)
            let results = try answer.json["results"]?.array ?? []
            #expect(results.count == 10_000)
            #expect(results.allSatisfy { $0["status"]?.string == "recorded" })
            #expect(try await server.ledger.readers.read { try $0.store.head().size } == 10_001)
        }
    }

    @Test func aKeyThatAsksTooOftenIsToldWhenToAskAgain() async throws {
        let clock = TestClock(EventScript.instant("1T10:00"))
        var settings = APISettings()
        settings.requestsPerSecond = 2
        try await TestServer.run(environment: clock.environment, settings: settings) { server in
            try await server.apply(Self.setUp)
            let key = try await server.key(.user, account: "cloud")
            let other = try await server.key(.user, account: "cloud")
            for _ in 0..<4 { #expect(try await server.ask(.get, "/plans/", key: key).status == 200) }
            let refused = try await server.ask(.get, "/plans/", key: key)
            #expect(refused.status == 429)
            #expect(try refused.json["error_code"]?.string == "too_many_requests")
            let seconds = try #require(refused.header("Retry-After").flatMap { Int64($0) })
            #expect(seconds >= 1)
            // Another key isn't held up, and this one may ask again when it was told to.
            #expect(try await server.ask(.get, "/plans/", key: other).status == 200)
            clock.set(clock.now.advanced(byNanoseconds: seconds * 1_000_000_000))
            #expect(try await server.ask(.get, "/plans/", key: key).status == 200)
        }
    }
}
