import Billing
import Feeds
import Foundation
import Reports
import Store
import Testing
import Units
import UsageLedger

@testable import Service

/// The reports on a week of real jobs, against the figures that came with it.
@Suite struct SampleReportTests {
    private static let samples = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Samples")

    /// The sample, with both months closed.
    private static func ledger() async throws -> LedgerService {
        let now = Instant(nanoseconds: 1_512_500_000_000_000_000)
        let environment = ServiceEnvironment(
            now: { now }, makeID: { UUID().uuidString }, makeSalt: { Salt(repeating: 1, count: 16) })
        let service = LedgerService(store: try LedgerStore(path: ":memory:"), environment: environment)
        let setUp = try SetUpFileReader.declaration(
            in: String(contentsOf: samples.appending(path: "demo-set-up.yaml"), encoding: .utf8))
        let author = Author(who: "tester")
        _ = try service.store.apply(by: service.actor(author)) { current, use in
            try plannedChanges(from: current, to: setUp, use: use)
        }
        let counts = try await service.ingest(
            IngestRequest(
                paths: [samples.appending(path: "philly-nov2017/jobs.csv").path(percentEncoded: false)],
                format: .jobsCSV,
                options: FeedOptions(plan: try PlanID("v100"), accountField: .user), createsAccounts: true,
                author: author)
        ) { _ in }
        #expect(counts.isComplete)
        for (period, day) in [("2017-10", "2017-11-06"), ("2017-11", "2017-12-05")] {
            let request = IssueRequest(
                period: try BillingPeriod(text: period), issueDay: try CivilDay(text: day), acceptEverything: "test")
            _ = try service.store.issue(request, by: service.actor(author))
        }
        return service
    }

    private static func column(_ name: String, _ answer: ReportAnswer) throws -> [String] {
        let index = try #require(answer.report.columns.firstIndex { $0.name == name })
        return answer.rows.map { $0[index].text }
    }

    @Test func figuresAreThoseOfTheSample() async throws {
        let service = try await Self.ledger()
        var expected: [String: Set<String>] = [:]
        let months = try String(
            contentsOf: Self.samples.appending(path: "philly-nov2017/user_month.csv"), encoding: .utf8)
        for line in months.split(whereSeparator: \.isNewline).dropFirst() {
            let fields = line.split(separator: ",")
            expected[String(fields[1]), default: []].insert("\(fields[0]) \(fields[5]) \(fields[6])")
        }
        let totals = ["2017-10": 66_943_015, "2017-11": 225_647_713]
        var peaks: [Int] = []
        for (period, total) in totals {
            let byAccount = try service.report(named: "usage-by-account", parameters: ["period": period])
            let found = try zip(
                Self.column("account", byAccount),
                zip(
                    Self.column("seconds", byAccount), Self.column("gpu_seconds", byAccount)))
            #expect(Set(found.map { "\($0) \($1.0) \($1.1)" }) == expected[period])
            for name in ["usage-by-plan-and-day", "utilisation"] {
                let answer = try service.report(named: name, parameters: ["period": period])
                #expect(try Self.column("gpu_seconds", answer).compactMap { Int($0) }.reduce(0, +) == total)
                if name == "utilisation" { peaks += try Self.column("peak_gpus", answer).compactMap { Int($0) } }
            }
        }
        #expect(peaks.max() == 634)
        let states = try service.report(named: "task-states", parameters: ["period": "2017-11"])
        #expect(try Self.column("state", states) == ["done"])
        #expect(try service.report(named: "close-check").rows.isEmpty)
        #expect(try service.report(named: "unbilled-usage").rows.isEmpty)
        #expect(try service.report(named: "anomalies").rows.isEmpty)
    }
}
