import Feeds
import Foundation
import Service
import Store
import Synchronization
import TestSupport
import Testing
import Units
import UsageLedger

/// A clock that stands still until a test moves it.
final class TestClock: Sendable {
    private let instant: Mutex<Instant>

    init(_ instant: Instant) { self.instant = Mutex(instant) }

    var now: Instant { instant.withLock { $0 } }
    func set(_ instant: Instant) { self.instant.withLock { $0 = instant } }

    var environment: ServiceEnvironment {
        ServiceEnvironment(
            now: { self.now }, makeID: ServiceEnvironment.live.makeID, makeSalt: ServiceEnvironment.live.makeSalt)
    }
}

/// A week of real jobs, October and November 2017, as accounts with one user each.
enum SampleLedger {
    private static let samples = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Samples")

    /// After November's grace.
    static let december = EventScript.instant("12-05T12:00")

    static let setUp = """
        issuer: {name: 株式会社勘定クラウド, registration_number: T7000012050002}
        accounts: [{id: ops, name: Operators}, {id: vc-0e4a51, name: 株式会社アクメ}]
        plans: [{id: v100, name: V100 (32GB), gpu_model: V100, gpu_count: 1, minimum_execution_seconds: 1}]
        prices: [{plan: v100, yen_per_second: "0.016", basis: gpu, from: 2017-10-01}]
        credits: [{account: vc-0e4a51, yen: 3000, from: 2017-10-01, to: 2017-12-31, plans: [v100], reason: trial}]
        """

    @Sendable static func fill(_ service: LedgerService) async throws {
        let author = Author(who: "test")
        _ = try service.apply(try SetUpFileReader.declaration(in: setUp), by: author)
        _ = try await service.ingest(
            IngestRequest(
                paths: [samples.appending(path: "philly-nov2017/jobs.csv").path(percentEncoded: false)],
                format: .jobsCSV,
                options: FeedOptions(plan: try PlanID("v100"), accountField: .user), createsAccounts: true,
                author: author)
        ) { _ in }
    }
}

extension TestServer {
    /// Closes a month with every question accepted.
    func close(_ period: String, issueDay: String) async throws {
        let request = IssueRequest(
            period: try BillingPeriod(text: period), issueDay: try CivilDay(text: issueDay), acceptEverything: "test")
        try await ledger.writer.perform { service in
            _ = try service.store.issue(request, by: service.actor(Author(who: "test")))
        }
    }

    /// Records events written as a script.
    func record(_ script: String) async throws {
        let events = EventScript(script).decoded
        for result in try await ledger.writer.record(events) {
            guard case .recorded = result else {
                Issue.record("an event of the script was not recorded: \(result)")
                continue
            }
        }
    }
}
