import TestSupport
import Testing
import Units
import UsageLedger

@testable import API

/// Comparing a list with the log while the server runs.
@Suite struct ReconciliationTests {
    private static let day = "2017-11-05"

    private static func body(_ members: String) -> String { #"{"reason":"the daily comparison",\#(members)}"# }

    /// One job of sacct's, as a member of a body.
    private static func list(_ end: String = "11:00:00") -> String {
        #""format":"slurm","plan":"v100","sources":["/test"],"list":"JobID|User|Account|State|Start|End|AllocTRES\n"#
            + #"a|u|acme|COMPLETED|\#(day)T10:00:00|\#(day)T\#(end)|gres/gpu=1\n""#
    }

    @Test func aDifferenceIsToldKeptAndStopsTheClose() async throws {
        let clock = TestClock(EventScript.instant("12-05T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(UsageTests.setUp)
            let key = try await server.key(.billing, account: "ops", user: "mika")
            let attempt = EventScript.instant("5T10:00").nanoseconds / 1_000_000_000
            try await server.record("start 5T10:00 task=a attempt=\(attempt) account=acme user=u plan=v100 gpus=1 id=1")
            func compare(_ members: String, _ headers: [(String, String)] = []) async throws -> TestServer.Answer {
                try await server.ask(
                    .post, "/admin/reconciliations/", key: key, body: Self.body(members), headers: headers)
            }
            let header = [("Idempotency-Key", "\"daily-5\"")]
            let first = try await compare(Self.list(), header)
            #expect(first.status == 200, "\(first.text)")
            let finding = try #require(try first.json["findings"]?.array?.first, "\(first.text)")
            #expect(finding["task"]?.string == "a")
            #expect(finding["differences"]?.array?.compactMap { $0["kind"]?.string } == ["missed_stop"])
            #expect(finding["proposal"]?["data"]?["stopped_at"]?.string == "2017-11-05T02:00:00.000000000Z")
            #expect(try first.json["right"] == .bool(false))
            #expect(try first.json["recorded_claims"]?.integer == 1)
            #expect(try await compare(Self.list(), header).bytes == first.bytes)
            #expect(try await compare(Self.list()).json["recorded_claims"]?.integer == 0)

            func close() async throws -> TestServer.Answer {
                try await server.ask(
                    .post, "/admin/closings/", key: key, body: Self.body(#""period":"2017-11","action":"issue""#))
            }
            let refused = try await close()
            #expect(refused.status == 409)
            let gate = try refused.json["gate"]?.array?.compactMap { $0["name"]?.string } ?? []
            #expect(gate.contains("scheduler_difference:a:\(attempt)"), "\(gate)")
            try await server.record("stop 5T11:00 task=a attempt=\(attempt) id=2")
            let right = try await compare(Self.list())
            #expect(try right.json["right"] == .bool(true), "\(right.text)")
            #expect(try right.json["findings"]?.array?.isEmpty == true)
            #expect(try await close().status == 200)
        }
    }

    @Test func whatCannotBeComparedIsRefused() async throws {
        try await TestServer.run(environment: TestClock(EventScript.instant("12-05T12:00")).environment) { server in
            try await server.apply(UsageTests.setUp)
            let key = try await server.key(.admin, account: "ops")
            func ask(_ body: String, key: TestServer.Key) async throws -> TestServer.Answer {
                try await server.ask(.post, "/admin/reconciliations/", key: key, body: body)
            }
            for (wrong, field) in [
                (Self.body(#""engines":true"#), "engines"), (Self.body(#""engines":true,"format":"slurm""#), "format"),
                (Self.body(#""engines":true,\#(Self.list())"#), "list"), (Self.body(#""engines":false"#), "list"),
                (Self.body(#""list":"""#), "format"), (Self.body(#""list":"","format":"csv""#), "format"),
                (Self.body(#""list":"","format":"events","plan":"v100""#), "plan"),
                (Self.body(#""list":"","format":"events","sources":[]"#), "sources"),
                (Self.body(#""list":"","format":"events","partial":1"#), "partial"),
                (Self.body(#""list":"","format":"events","from":"2017-11-02","to":"2017-11-01""#), "to"),
                (#"{"list":"","format":"events"}"#, "reason"),
            ] {
                let answer = try await ask(wrong, key: key)
                #expect(answer.status == 422, "\(wrong): \(answer.text)")
                let fields = try answer.json["errors"]?.array?.compactMap { $0["field"]?.string } ?? []
                #expect(fields.contains(field), "\(wrong): \(answer.text)")
            }
            let broken = try await ask(Self.body(#""list":"JobID\n1\n","format":"slurm""#), key: key)
            #expect(broken.status == 200)
            #expect(try broken.json["unused_rows"]?.array?.isEmpty == false, "\(broken.text)")
            #expect(try broken.json["right"] == .bool(false))
            let auditor = try await server.key(.auditor, account: "ops")
            #expect(try await ask(Self.body(Self.list()), key: auditor).status == 403)
        }
    }

    @Test func containersOfTheEnginesAreCompared() async throws {
        let clock = TestClock(EventScript.instant("12-05T12:00"))
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(UsageTests.setUp)
            let key = try await server.key(.admin, account: "ops")
            let engine = SimulatedEngine(name: "gpu1", now: { clock.now })
            server.ledger.engines.connect([engine])
            let answer = try await server.ask(
                .post, "/admin/reconciliations/", key: key, body: Self.body(#""engines":true"#))
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try answer.json["right"] == .bool(true))
            #expect(try answer.json["silent_hosts"]?.array?.isEmpty == true)
        }
    }
}
