import Scheduling
import Service
import TestSupport
import Testing
import Units
import UsageLedger

@testable import API

/// `/budget/`, and what it keeps `POST /tasks/` from.
@Suite struct BudgetRouteTests {
    /// 600 s at 0.28 yen: 168 yen.
    private static let body = """
        {"name":"a","execution_time_limit_sec":600,"containers":[{"image":"alpine:3","plan":"h100-80gb"}]}
        """

    private static func run(_ body: (TestServer, TestServer.Key) async throws -> Void) async throws {
        let clock = try StandingClock("2024-10-10T13:50:40.25+09:00")
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(TaskTests.setUp)
            try await body(server, try await server.key(.user, account: "acme"))
        }
    }

    @Test func aBudgetIsSetAndShown() async throws {
        try await Self.run { server, key in
            let none = try await server.ask(.get, "/budget/", key: key).json
            #expect(none["hard_cap_yen"]?.isNull == true && none["available_yen"]?.isNull == true)
            let set = try await server.ask(
                .put, "/budget/", key: key, body: #"{"hard_cap_yen":400,"alert_yen":[300,200]}"#)
            #expect(set.status == 200)
            #expect(try await server.ask(.post, "/tasks/", key: key, body: Self.body).status == 201)
            #expect(
                try await server.ask(.get, "/budget/", key: key).json.canonicalText
                    == #"{"account":"acme","alert_yen":[200,300],"available_yen":"232","hard_cap_yen":400,"#
                    + #""period":"2024-10","reserved_yen":"168","used_yen":"0"}"#)
            let wrong = try await server.ask(
                .put, "/budget/", key: key, body: #"{"hard_cap_yen":-1,"alert_yen":[1,0]}"#)
            #expect(wrong.status == 422)
            #expect(
                try wrong.json["errors"]?.array?.compactMap { $0["field"]?.string } == ["hard_cap_yen", "alert_yen[1]"])
            let anothers = try await server.key(.user, account: "other")
            #expect(try await server.ask(.get, "/budget/", key: anothers).json["hard_cap_yen"]?.isNull == true)
        }
    }

    @Test func whoSeesAllAccountsNamesTheOneAndOthersCannot() async throws {
        try await Self.run { server, key in
            let admin = try await server.key(.admin, account: "other")
            let auditor = try await server.key(.auditor, account: "other")
            let set = try await server.ask(.put, "/budget/?account=acme", key: admin, body: #"{"hard_cap_yen":500}"#)
            #expect(set.status == 200)
            #expect(try set.json["account"]?.string == "acme")
            #expect(try await server.ask(.get, "/budget/", key: key).json["hard_cap_yen"]?.integer == 500)
            let seen = try await server.ask(.get, "/budget/?account=acme", key: auditor).json
            #expect(seen["account"]?.string == "acme" && seen["hard_cap_yen"]?.integer == 500)
            let own = try await server.ask(.get, "/budget/", key: admin).json
            #expect(own["account"]?.string == "other" && own["hard_cap_yen"]?.isNull == true)
            #expect(try await server.ask(.get, "/budget/?account=nobody", key: auditor).status == 404)
            #expect(try await server.ask(.put, "/budget/?account=nobody", key: admin, body: "{}").status == 404)
            for account in ["other", "nobody"] {
                let path = "/budget/?account=\(account)"
                #expect(try await server.ask(.get, path, key: key).status == 400)
                #expect(try await server.ask(.put, path, key: key, body: #"{"hard_cap_yen":1}"#).status == 400)
            }
            #expect(try await server.ask(.get, "/budget/", key: admin).json["hard_cap_yen"]?.isNull == true)
        }
    }

    @Test func aWrongAmountIsShownWithTheBounds() async throws {
        try await Self.run { server, key in
            for wrong in [#""100""#, "1.5", "-1", "1000000000000", "true"] {
                let answer = try await server.ask(.put, "/budget/", key: key, body: #"{"hard_cap_yen":\#(wrong)}"#)
                #expect(answer.status == 422)
                let message = try answer.json["errors"]?.array?.first?["message"]?.string ?? ""
                #expect(message.contains("from 0 to 999999999999, not "), "\(message)")
                #expect(message.contains(wrong), "\(message)")
            }
            #expect(try await server.ask(.get, "/budget/", key: key).json["hard_cap_yen"]?.isNull == true)
        }
    }

    /// The writer decides one after the other, however many ask at once; and what it took never costs more, however
    /// long it runs and however dear it becomes.
    @Test func tenThousandAtOnceNeverPassTheCap() async throws {
        try await Self.run { server, key in
            let cap: Int64 = 168 * 1000 + 1
            let set = try await server.ask(.put, "/budget/", key: key, body: #"{"hard_cap_yen":\#(cap)}"#)
            #expect(set.status == 200)
            let taken = try await Self.submit(10_000, server)
            #expect(taken.count == 1000)
            #expect(try await server.ask(.get, "/budget/", key: key).json["available_yen"]?.string == "1")
            // A hundred times dearer, from the day on which they wait, and from the next.
            try await server.apply(
                """
                prices:
                  - {plan: h100-80gb, yen_per_second: "0.28", from: 2024-01-01, to: 2024-10-09}
                  - {plan: h100-80gb, yen_per_second: "28", from: 2024-10-10, to: 2024-10-10}
                  - {plan: h100-80gb, yen_per_second: "280", from: 2024-10-11}
                """)
            #expect(try await Self.submit(100, server).isEmpty)
            // Each runs for an hour over midnight, which is longer than its limit.
            let runs = taken.map { task in
                "start 2024-10-10T23:55 task=\(task.text) id=\(task.text)-s; "
                    + "stop 2024-10-11T00:55 task=\(task.text) id=\(task.text)-e"
            }
            try await server.ledger.writer.perform { service in
                let results = try service.store.record(
                    EventScript(runs.joined(separator: "\n")).decoded, at: EventScript.instant("2024-10-12T00:00"))
                #expect(results.allSatisfy { if case .recorded = $0 { true } else { false } })
            }
            let billed = try await server.ledger.readers.read { service in
                try service.store.preview(
                    account: try AccountID("acme"), period: try BillingPeriod(text: "2024-10"),
                    eventCut: EventScript.instant("2024-11-01T00:00"))?.totals.payable.amount
            }
            #expect(billed == 168_000)
        }
    }

    /// The tasks that were taken.
    private static func submit(_ count: Int, _ server: TestServer) async throws -> [TaskID] {
        let json = try JSONValue(parsing: Array(Self.body.utf8))
        let checked = SubmissionCheck.read(json, isKnownPlan: { _ in true }, registryHost: { _ in nil })
        let submission = try #require(checked.submission), secrets = server.ledger.secrets
        let owner = Credential(token: "", account: try AccountID("acme"), user: try UserID("mina"), role: .user)
        return await withTaskGroup(of: TaskID?.self) { group in
            for _ in 0..<count {
                group.addTask {
                    try? await server.ledger.writer.perform { service in
                        try service.submit(submission, by: owner, settings: TaskSettings(), secrets: secrets).id
                    }
                }
            }
            return await group.reduce(into: []) { if let id = $1 { $0.append(id) } }
        }
    }

    @Test func manyAtOnceShareWhatThereIs() async throws {
        try await Self.run { server, key in
            let set = try await server.ask(.put, "/budget/", key: key, body: #"{"hard_cap_yen":\#(168 * 25 + 167)}"#)
            #expect(set.status == 200)
            let answers = try await withThrowingTaskGroup(of: TestServer.Answer.self) { group in
                for _ in 0..<200 {
                    group.addTask { try await server.ask(.post, "/tasks/", key: key, body: Self.body) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0.status == 201 } == 25)
            let refused = answers.filter { $0.status == 403 }
            #expect(refused.count == 175)
            #expect(try refused.allSatisfy { try $0.json["error_code"]?.string == "budget_exceeded" })
            #expect(try await server.ask(.get, "/budget/", key: key).json["available_yen"]?.string == "167")
        }
    }
}
