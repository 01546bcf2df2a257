import Billing
import ContainerEngine
import Store
import TestSupport
import Testing
import Units
import UsageLedger

@testable import Service

/// What engines say against the log: every fault is found, none is invented, and what is proposed heals it.
@Suite struct EngineReconciliationTests {
    private static let period = try! BillingPeriod(text: "2026-01")

    private func service(_ history: EngineHistory, now: Instant = EngineHistory.now) throws -> LedgerService {
        let identifiers = TimeOrderedIDs()
        let service = LedgerService(
            store: try LedgerStore(path: ":memory:"),
            environment: ServiceEnvironment(
                now: { now }, makeID: { identifiers.next(at: now) }, makeSalt: { Salt(repeating: 1, count: 16) }))
        let setUp = """
            issuer: {name: 株式会社勘定, registration_number: T7000012050002}
            accounts: [{id: acme, name: Acme}]
            plans: [{id: v100, name: V100, gpu_model: V100, gpu_count: 1, minimum_execution_seconds: 1}]
            prices: [{plan: v100, yen_per_second: "1", from: 2024-01-01}]
            rules: {runaway_silence_minutes: none}
            """
        _ = try service.apply(try SetUpFileReader.declaration(in: setUp), by: Author(who: "tester"))
        _ = try service.store.record(history.events, at: now)
        return service
    }

    private func found(_ compared: ListComparison) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: compared.reconciliation.findings.map { finding in
                (
                    "\(finding.claim.run.task)/\(finding.claim.run.attempt)",
                    finding.differences.map(\.kind.rawValue).joined(separator: " ")
                )
            })
    }

    @Test(arguments: TestSeed.values(20)) func aSoundLogGivesNone(seed: UInt64) throws {
        let history = EngineHistory(seed: seed, sound: 40, faults: 0)
        let service = try service(history)
        let compared = try service.reconcile(history.asked, by: Author(who: "tester"))
        #expect(found(compared) == [:] && compared.isRight, "seed \(seed)")
        #expect(compared.reconciliation.comparedRuns == 40 && compared.reconciliation.recordedClaims == 0)
    }

    @Test(arguments: TestSeed.values(20)) func everyFaultIsFoundAndHealedByItsProposal(seed: UInt64) throws {
        var history = EngineHistory(seed: seed, sound: 20, faults: 3)
        let service = try service(history)
        let first = try service.reconcile(history.asked, by: Author(who: "tester"))
        #expect(found(first) == history.expected, "seed \(seed)")
        #expect(first.unreadableContainers == history.unreadable.sorted() && !first.isRight, "seed \(seed)")
        #expect(first.reconciliation.recordedClaims == history.expected.count)
        let draft = try service.store.draft(period: Self.period, now: EngineHistory.now)
        #expect(
            draft.gate.filter { $0.name.hasPrefix("scheduler_difference:") }.count == history.expected.count,
            "open findings stop a close, seed \(seed)")
        #expect(try service.reconcile(history.asked, by: Author(who: "tester")).reconciliation.recordedClaims == 0)

        history.clearAway()
        for finding in first.reconciliation.findings { try heal(finding, service) }
        let healed = try service.reconcile(history.asked, by: Author(who: "tester"))
        #expect(healed.unreadableContainers.isEmpty)
        // A container of which nobody knows a task isn't there any more, but a person has to say so.
        #expect(
            try service.store.draft(period: Self.period, now: EngineHistory.now).gate.filter {
                $0.name.hasPrefix("scheduler_difference:")
            }.allSatisfy { $0.name.contains(":nobody-") }, "seed \(seed)")
        #expect(found(healed) == [:], "seed \(seed)")
        #expect(try stoppedSeconds(service) == history.engineSeconds, "the engines' own seconds, seed \(seed)")
        #expect(try service.store.verify().isRight, "seed \(seed)")
    }

    private func heal(_ finding: Reconciliation.Finding, _ service: LedgerService) throws {
        guard finding.differences.map(\.kind) != [.unknownContainer] else { return }
        let restated = finding.claim.restatement(for: finding.differences)
        let whole: [JSONValue.Member] = [
            .init("from", .string("2026-01-01T00:00:00.000000000Z")),
            .init("to", .string(EngineHistory.now.canonicalText)),
        ]
        let event = JSONValue.object([
            .init("id", .string(service.environment.makeID())), .init("source", .string("kanjo")),
            .init("type", .string(restated.isEmpty ? "usage.waived" : "usage.restated")),
            .init("time", .string(EngineHistory.now.canonicalText)),
            .init("subject", .string(finding.claim.run.task.text)),
            .init(
                "data",
                .object([.init("attempt", .integer(1))] + (restated.isEmpty ? whole : restated.members))),
        ])
        let decoded = try EventDecoder().decode(event.canonicalBytes, makeSalt: service.environment.makeSalt).get()
        guard case .recorded = try service.store.record([decoded], at: EngineHistory.now)[0] else {
            throw StoreError(.internal, "the healing event was not recorded")
        }
    }

    /// Billed seconds of the runs that have a stop.
    private func stoppedSeconds(_ service: LedgerService) throws -> Int64 {
        let result = try service.store.report(
            ReportQuery(
                name: "stopped seconds",
                sql: """
                    SELECT coalesce(sum((stopped_at - started_at + 999999999) / 1000000000), 0) AS seconds FROM run
                    WHERE stopped_at IS NOT NULL AND waived IS NULL
                    """, columns: [.init(name: "seconds", storage: .integer)], parameters: [:]))
        guard case .integer(let seconds) = result.rows[0][0] else { return -1 }
        return seconds
    }
}
