import API
import Logging
import Service
import Store
import TestSupport
import Testing
import Units

/// When keys were last used, written down at each tick.
@Suite struct KeyUseSaverTests {
    @Test func eachTickWritesDownWhatIsNew() async throws {
        let clock = TestClock(EventScript.instant("12-05T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(UsageTests.setUp)
            let key = try await server.key(.user, account: "acme"), ledger = server.ledger
            func stored() async throws -> Instant? {
                try await ledger.readers.read { try $0.store.tokens() }.compactMap(\.lastUsedAt).max()
            }
            #expect(try await server.ask(.get, "/invoices/", key: key).status == 200)
            #expect(try await stored() == nil)
            for passed in [0, 61] as [Int64] {
                clock.set(clock.now.advanced(byNanoseconds: passed * 1_000_000_000))
                let expected = clock.now
                #expect(try await server.ask(.get, "/invoices/", key: key).status == 200)
                // It ends with the last tick, which it has then worked off.
                let (ticks, telling) = AsyncStream.makeStream(of: Void.self)
                telling.yield()
                telling.finish()
                try await KeyUseSaver(ledger: ledger, logger: Logger(label: "test"), ticks: { ticks }).run()
                #expect(try await stored() == expected)
            }
        }
    }
}
