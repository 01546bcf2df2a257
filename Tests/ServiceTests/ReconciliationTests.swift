import Billing
import Feeds
import Store
import TestSupport
import Testing
import Units
import UsageLedger

@testable import Service

/// Faults put into the log of a real list: the list finds every one of them and invents none.
@Suite struct ReconciliationTests {
    enum RealList: String, CaseIterable {
        case sample = "philly-nov2017/jobs.csv"
        case slurm = "slurm-real/sacct-short.psv"

        var path: String {
            #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Samples/" + rawValue
        }

        var format: FeedFormat { self == .sample ? .jobsCSV : .slurm }
        /// Of each fault; the short list has few runs.
        var faults: Int { self == .sample ? 20 : 1 }
    }

    private static let options = FeedOptions(plan: try! PlanID("v100"), accountField: .user)
    private static let now = try! Instant(rfc3339: "2026-12-15T00:00:00+09:00")

    private func events(_ list: RealList) throws -> [DecodedEvent] {
        try FeedReader(path: list.path, format: list.format, options: Self.options).compactMap { item in
            guard case .success(let bytes) = item.content else { return nil }
            return try EventDecoder().decode(bytes) { Salt(repeating: 0, count: 16) }.get()
        }
    }

    private func service() throws -> LedgerService {
        let identifiers = TimeOrderedIDs()
        let service = LedgerService(
            store: try LedgerStore(path: ":memory:"),
            environment: ServiceEnvironment(
                now: { Self.now }, makeID: { identifiers.next(at: Self.now) },
                makeSalt: { Salt(repeating: 1, count: 16) }))
        let plans = try ["v100", "other"].map {
            SetUpChange.plan(
                Plan(
                    id: try PlanID($0), name: $0, gpuModel: "V100", gpuCount: try GPUQuantity(decimal: "1"),
                    minimumExecutionSeconds: 1))
        }
        try service.store.record(plans, by: service.actor(Author(who: "tester")))
        return service
    }

    private func reconcile(_ service: LedgerService, _ list: RealList) throws -> Reconciliation {
        try service.reconcile(
            ListRequest(paths: [list.path], format: list.format, options: Self.options), by: Author(who: "tester"),
            report: { _ in }
        ).reconciliation
    }

    /// Run → kinds of its differences, as text.
    private func found(_ reconciliation: Reconciliation) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: reconciliation.findings.map { finding in
                (
                    "\(finding.claim.run.task)/\(finding.claim.run.attempt)",
                    finding.differences.map(\.kind.rawValue).joined(separator: " ")
                )
            })
    }

    @Test(arguments: RealList.allCases) func anUntouchedListGivesNone(list: RealList) throws {
        let service = try service()
        _ = try service.store.record(events(list), at: Self.now)
        let result = try reconcile(service, list)
        #expect(found(result) == [:])
        #expect(result.contradictions.isEmpty)
        #expect(result.recordedClaims == 0)
        #expect(result.comparedRuns == (list == .sample ? 4_263 : result.comparedRuns))
        #expect(result.comparedRuns > 10)
    }

    @Test(arguments: RealList.allCases, TestSeed.values(3))
    func everyFaultIsFoundAndNoneInvented(list: RealList, seed: UInt64) throws {
        var faults = InjectedFaults(try events(list), seed: seed)
        for kind in InjectedFaults.Kind.allCases { faults.inject(kind, count: list.faults) }
        #expect(faults.expected.count >= InjectedFaults.Kind.allCases.count - 1, "seed \(seed)")
        let service = try service()
        _ = try service.store.record(faults.events, at: Self.now)
        let first = try reconcile(service, list)
        #expect(found(first) == faults.expected, "seed \(seed)")
        #expect(first.recordedClaims == faults.expected.count, "seed \(seed)")
        #expect(try reconcile(service, list).recordedClaims == 0, "seed \(seed)")
        // What a restatement can heal is healed by the proposed one; what it can't is waived.
        for finding in first.findings { try heal(finding, service) }
        #expect(found(try reconcile(service, list)) == [:], "seed \(seed)")
        #expect(try service.store.anomalies(at: Self.now).schedulerDifferences.isEmpty, "seed \(seed)")
        #expect(try service.store.verify().isRight, "seed \(seed)")
    }

    private func heal(_ finding: Reconciliation.Finding, _ service: LedgerService) throws {
        let restated = finding.claim.restatement(for: finding.differences)
        let data =
            restated.isEmpty
            ? [
                JSONValue.Member("from", .string("2017-01-01T00:00:00.000000000Z")),
                .init("to", .string("2026-12-01T00:00:00.000000000Z")),
            ] : restated.members
        let event = JSONValue.object([
            .init("id", .string(service.environment.makeID())), .init("source", .string("kanjo")),
            .init("type", .string(restated.isEmpty ? "usage.waived" : "usage.restated")),
            .init("time", .string(Self.now.canonicalText)), .init("subject", .string(finding.claim.run.task.text)),
            .init("data", .object([.init("attempt", .integer(finding.claim.run.attempt))] + data)),
        ])
        let decoded = try EventDecoder().decode(event.canonicalBytes, makeSalt: service.environment.makeSalt).get()
        guard case .recorded = try service.store.record([decoded], at: Self.now)[0] else {
            throw StoreError(.internal, "the healing event was not recorded")
        }
    }
}
