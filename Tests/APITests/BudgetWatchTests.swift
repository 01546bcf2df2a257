import Logging
import Service
import ServiceLifecycle
import Testing
import Units
import UsageLedger

@testable import API

@Suite struct BudgetWatchTests {
    @Test func aThresholdIsToldWithoutAnyEvent() async throws {
        let clock = try StandingClock("2024-10-10T13:50:00+09:00")
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(TaskTests.setUp)
            let key = try await server.key(.user, account: "acme")
            let scheduler = try await server.key(.scheduler, account: "other")
            #expect(try await server.ask(.put, "/budget/", key: key, body: #"{"alert_yen":[28]}"#).status == 200)
            let id = try await TaskTests.make(server, key)
            let start = #"{"id":"1","source":"/core","type":"task.started","time":"2024-10-10T13:50:00+09:00","#
            let type = [("Content-Type", "application/cloudevents+json")]
            let told = try await server.ask(
                .post, "/events/", key: scheduler, body: start + #""subject":"\#(id)"}"#, headers: type)
            #expect(told.status == 200)
            let watch = ServiceGroup(
                services: [BudgetWatch(ledger: server.ledger, interval: .milliseconds(1))],
                logger: Logger(label: "test"))
            async let watching: Void = watch.run()
            // 100 seconds at 0.28 yen.
            try clock.set("2024-10-10T13:51:40+09:00")
            let acme = try AccountID("acme")
            while try await server.ledger.readers.read({ try $0.store.budgetAlerts(of: acme) }).isEmpty {
                await Task.yield()
            }
            await watch.triggerGracefulShutdown()
            try await watching
        }
    }
}
