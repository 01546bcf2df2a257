import ContainerEngine
import Scheduling
import Store
import TestSupport
import Testing
import Units
import UsageLedger

@testable import Service

/// The comparison beside a scheduler that works: what it is just doing is never taken for a fault.
@Suite struct EngineReconcilerTests {
    private func reconciler(_ test: SchedulerLedger) -> EngineReconciler {
        EngineReconciler(
            ledger: test.ledger, hosts: [test.engine], label: "kanjo", intervalSeconds: 3600, logger: test.logger)
    }

    /// Somebody starts a container with our labels.
    private func start(_ task: String, _ name: String, _ test: SchedulerLedger) async throws {
        let id = try await test.engine.create(
            ContainerSpecification(
                name: name, image: SimulatedImage.running(milliseconds: 86_400_000),
                labels: [
                    ContainerLabels.ledger: "kanjo", ContainerLabels.task: task, ContainerLabels.attempt: "1",
                ]))
        try await test.engine.start(id)
    }

    @Test func nothingIsFoundWhileTheSchedulerWorksAndWhatOthersStartIs() async throws {
        let test = try await SchedulerLedger()
        defer { test.close() }
        let keeper = test.keeper(), scheduler = test.scheduler(), reconciler = reconciler(test)
        var tasks: [TaskID] = []
        for user in 0..<4 {
            tasks.append(
                try await test.submit(SimulatedImage.running(milliseconds: Int64(user) * 700_000 + 400_000), user: user)
            )
        }
        // After the end of each, before and after its keeper has seen it.
        for _ in 0..<8 {
            #expect(try await reconciler.compare().isRight)
            try await test.settle(scheduler, keeper)
            #expect(try await reconciler.compare().isRight)
            test.advance(milliseconds: 290_000)
        }
        #expect(test.ledger.reconciliation.last?.differences.allSatisfy { $0.count == 0 } == true)

        try await start("stranger", "by-hand", test)
        #expect(try await reconciler.compare().isRight, "what has just begun may not be in the log yet")
        test.advance(milliseconds: 600_000)
        try await test.settle(scheduler, keeper)
        let found = try await reconciler.compare()
        #expect(found.reconciliation.findings.map(\.claim.container) == ["local/by-hand"])
        let last = try #require(test.ledger.reconciliation.last)
        #expect(last.differences.filter { $0.count > 0 }.map(\.kind) == [.unknownContainer])
    }

    @Test func anEngineWithoutAnAnswerHidesNothingAndInventsNothing() async throws {
        let test = try await SchedulerLedger(fails: { call, _ in call == "containers" })
        defer { test.close() }
        _ = try await test.submit(SimulatedImage.running(milliseconds: 3_600_000))
        try await test.settle(test.scheduler(), test.keeper())
        test.advance(milliseconds: 900_000)
        let compared = try await reconciler(test).compare()
        #expect(compared.reconciliation.findings.isEmpty && !compared.isRight)
        #expect(test.ledger.reconciliation.last?.unused == 1)
    }

    /// A host fell silent just after it had made a container, and the task ran elsewhere.
    @Test func whatWasMadeAndNeverStartedIsClearedAway() async throws {
        let test = try await SchedulerLedger()
        defer { test.close() }
        let id = try await test.submit(SimulatedImage.running(milliseconds: 1_000))
        let made = try await test.engine.create(
            ContainerSpecification(
                name: "leftover", image: SimulatedImage.running(milliseconds: 1_000),
                labels: [
                    ContainerLabels.ledger: "kanjo", ContainerLabels.task: id.text, ContainerLabels.attempt: "1",
                ]))
        _ = try await reconciler(test).compare()
        #expect(try await test.engine.state(made).status == .created, "its task waits and may come here")
        try await test.settle(test.scheduler(), test.keeper())
        test.advance(milliseconds: 5_000)
        try await test.settle(test.scheduler(), test.keeper())
        #expect(try await test.task(id).status == .done)
        _ = try await reconciler(test).compare()
        #expect(test.engine.lives.map(\.isRemoved) == [true, true])
    }

    @Test func aRunThatIsOpenWithoutContainerAndKeeperIsFound() async throws {
        let test = try await SchedulerLedger()
        defer { test.close() }
        let id = try await test.submit(SimulatedImage.running(milliseconds: 3_600_000))
        let placed = try await test.scheduler().placeNext(HostHealth.Report(answering: ["local"]))
        try await test.settle(test.scheduler(), test.keeper())
        test.advance(milliseconds: 900_000)
        #expect(try await reconciler(test).compare().isRight)
        // A row that was lost, as by a backup that was put back.
        var ended = try #require(placed.first)
        ended.phase = .ended
        let row = ended
        try await test.ledger.writer.perform { try $0.store.update(row) }
        try await test.ledger.writer.perform { try $0.store.settle(row) }
        test.engine.removeBehindOurBack(row.name)
        let found = try await reconciler(test).compare().reconciliation.findings
        #expect(found.map(\.claim.run.task) == [id])
        #expect(found.flatMap(\.differences).map(\.kind) == [.notListed])
    }
}

@Suite struct SignsOfLifeTests {
    @Test(
        arguments: [
            (1800, .minutes(60), true), (3599, .minutes(60), true), (3600, .minutes(60), false),
            (60, .minutes(1), false),
            (86_400, .none, true),
        ] as [(Int64, RunawaySilence, Bool)])
    func theyComeBeforeARunCountsAsSilent(aliveSeconds: Int64, silence: RunawaySilence, isRight: Bool) {
        var engine = EngineSettings()
        engine.settings.aliveSeconds = aliveSeconds
        #expect((engine.fault(with: silence) == nil) == isRight)
    }
}
