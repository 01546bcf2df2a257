import ContainerEngine
import Scheduling
import Store
import Synchronization
import TestSupport
import Testing
import Units

@testable import Service

/// Machines that fall silent and come back: what was started there is lost, and nothing else.
@Suite struct LostHostTests {
    private static let minute: Int64 = 60_000

    /// - Parameter body: gets a ledger with two hosts, `a` and `b`.
    private static func run(
        hosts: [String] = ["a", "b"], _ body: (SchedulerLedger, TaskScheduler, ContainerKeeper) async throws -> Void
    ) async throws {
        let test = try await SchedulerLedger(hosts: hosts)
        defer { test.close() }
        try await body(test, test.scheduler(), test.keeper())
        #expect(try await test.faults() == [])
    }

    @Test func allTasksRunOnTheHostThatLives() async throws {
        try await Self.run { test, scheduler, keeper in
            test.hosts[1].fallSilent()
            var ids: [TaskID] = []
            for user in 1...10 {
                ids.append(try await test.submit(SimulatedImage.running(milliseconds: 30_000), user: user))
            }
            // Four at a time; long after the silent host has lost what it had.
            for _ in 0..<20 {
                try await test.settle(scheduler, keeper)
                test.advance(milliseconds: Self.minute)
            }
            for id in ids {
                #expect(try await test.task(id).status == .done)
                #expect(try await test.task(id).container.executionSeconds == 30)
            }
            #expect(test.hosts[0].lives.count == 10 && test.hosts[1].lives.isEmpty)
        }
    }

    @Test func tasksWaitForTheOnlyHostAndRunWhenItIsBack() async throws {
        try await Self.run(hosts: ["a"]) { test, scheduler, keeper in
            test.engine.fallSilent()
            let ids = [
                try await test.submit(SimulatedImage.running(milliseconds: 30_000)),
                try await test.submit(SimulatedImage.running(milliseconds: 30_000), user: 2),
            ]
            for _ in 0..<30 {
                try await test.settle(scheduler, keeper)
                for id in ids { #expect(try await test.task(id).status == .waiting) }
                test.advance(milliseconds: Self.minute)
            }
            test.engine.fallSilent(false)
            try await test.settle(scheduler, keeper)
            for id in ids { #expect(try await test.task(id).status == .running) }
            test.advance(milliseconds: Self.minute)
            try await test.settle(scheduler, keeper)
            for id in ids { #expect(try await test.task(id).container.executionSeconds == 30) }
        }
    }

    /// The host dies with the image under way: another takes the task, or it waits, however long that is.
    @Test(arguments: [true, false]) func whatWasNeverStartedIsNeverLost(hasAnother: Bool) async throws {
        try await Self.run(hosts: hasAnother ? ["a", "b"] : ["a"]) { test, scheduler, keeper in
            let id = try await test.submit(SimulatedImage.running(milliseconds: 30_000))
            for host in test.hosts { _ = await keeper.look(at: host) }
            let placed = try await scheduler.placeNext(keeper.health.report)
            #expect(placed.map(\.host) == ["a"])
            test.engine.fallSilent()
            for _ in 0..<20 {
                try await test.settle(scheduler, keeper)
                test.advance(milliseconds: Self.minute)
            }
            #expect(try await test.task(id).status == (hasAnother ? .done : .running))
            #expect(test.lives(of: id).count == (hasAnother ? 1 : 0))
            test.engine.fallSilent(false)
            try await test.settle(scheduler, keeper)
            test.advance(milliseconds: Self.minute)
            try await test.settle(scheduler, keeper)
            #expect(try await test.task(id).container.executionSeconds == 30)
            #expect(test.lives(of: id).filter { $0.starts > 0 }.count == 1)
        }
    }

    @Test func whatWasNeverStartedIsCanceledAtOnce() async throws {
        try await Self.run(hosts: ["a"]) { test, scheduler, keeper in
            let id = try await test.submit(SimulatedImage.running(milliseconds: 30_000))
            _ = try await scheduler.placeNext(HostHealth.Report(answering: ["a"]))
            test.engine.fallSilent()
            try await test.settle(scheduler, keeper)
            try await test.cancel(id)
            try await test.settle(scheduler, keeper)
            #expect(try await test.task(id).status == .canceled)
            #expect(try await test.containers().map(\.phase) == [.ended], "its host has to be asked yet")
            test.engine.fallSilent(false)
            try await test.settle(scheduler, keeper)
            #expect(try await test.containers().isEmpty)
        }
    }

    @Test func whatRanIsBilledToTheLastProofAndTheFaultIsRecorded() async throws {
        try await Self.run { test, scheduler, keeper in
            var ids: [TaskID] = []
            for user in 1...2 {
                ids.append(try await test.submit(SimulatedImage.running(milliseconds: 3_600_000), user: user))
            }
            try await test.settle(scheduler, keeper)
            let host = try #require(try await test.containers().first { $0.task == ids[0] }?.host)
            let dead = try #require(test.hosts.first { $0.name == host })
            test.advance(milliseconds: 2 * Self.minute)
            try await test.settle(scheduler, keeper)
            dead.fallSilent()
            for _ in 0..<12 {
                test.advance(milliseconds: Self.minute)
                try await test.settle(scheduler, keeper)
            }
            let task = try await test.task(ids[0])
            #expect(task.status == .aborted && task.errorMessage.contains("was lost"))
            // The last look, less the tolerance for clocks.
            #expect(task.container.executionSeconds == 115)
            let proof = try #require(task.container.stoppedAt), waived = try await test.events(.waived)
            #expect(waived.map { $0["subject"]?.string } == [ids[0].text])
            #expect(waived[0]["data"]?["from"]?.string == proof.canonicalText)
            // Silent since the first look that failed, a minute after; lost ten minutes later.
            let noticed = SchedulerLedger.noon.advanced(byNanoseconds: 13 * 60_000_000_000)
            #expect(waived[0]["data"]?["to"]?.string == noticed.canonicalText)
            #expect(try await test.task(ids[1]).status == .running, "the other host's")
            // It ran on without us, and is ended when its host is back; nothing changes for its owner.
            #expect(test.lives(of: ids[0]).map(\.state.status) == [.running])
            dead.fallSilent(false)
            try await test.settle(scheduler, keeper)
            #expect(test.lives(of: ids[0]).map(\.isRemoved) == [true])
            #expect(try await test.task(ids[0]).container.executionSeconds == 115)
        }
    }

    /// The engine has made the container, and nobody heard of it: the task runs once, elsewhere.
    @Test func aContainerThatWasMadeUnheardNeverRuns() async throws {
        let isArmed = Mutex(true)
        let test = try await SchedulerLedger(
            hosts: ["a", "b"],
            fails: { call, moment in
                guard call == "create", moment == .after else { return false }
                return isArmed.withLock { armed in
                    defer { armed = false }
                    return armed
                }
            })
        defer { test.close() }
        let scheduler = test.scheduler(), keeper = test.keeper()
        let id = try await test.submit(SimulatedImage.running(milliseconds: 30_000))
        _ = await keeper.look(at: test.hosts[0])
        _ = try await scheduler.placeNext(keeper.health.report)
        _ = await keeper.advance(id)
        while case .running = try await test.task(id).status, test.hosts[0].lives.isEmpty {
            await keeper.pulls.finished(id)
            _ = await keeper.advance(id)
        }
        test.hosts[0].fallSilent()
        try await test.settle(scheduler, keeper)
        test.advance(milliseconds: Self.minute)
        try await test.settle(scheduler, keeper)
        test.hosts[0].fallSilent(false)
        try await test.settle(scheduler, keeper)
        #expect(try await test.task(id).status == .done)
        #expect(test.hosts[0].lives.map(\.starts) == [0] && test.hosts[1].lives.map(\.starts) == [1])
        let reconciler = EngineReconciler(
            ledger: test.ledger, hosts: test.hosts, label: "kanjo", intervalSeconds: 3600, logger: test.logger)
        #expect(try await reconciler.compare().isRight)
        #expect(test.hosts[0].lives.map(\.isRemoved) == [true])
        #expect(try await test.faults() == [])
    }

    /// The loop itself: it asks hosts now and again, and goes on when one is back.
    @Test(.timeLimit(.minutes(2))) func theLoopFindsOutByItself() async throws {
        let test = try await SchedulerLedger()
        defer { test.close() }
        test.engine.fallSilent()
        let scheduler = test.scheduler(test.settings { $0.retrySeconds = 1 })
        let running = Task { try await scheduler.run() }
        let id = try await test.submit(SimulatedImage.running(milliseconds: 5_000))
        while test.engine.calls < 2 { await Task.yield() }
        #expect(try await test.task(id).status == .waiting)
        test.engine.fallSilent(false)
        while test.engine.lives.first?.state.status != .running { await Task.yield() }
        test.advance(milliseconds: 7_000)
        while try await test.task(id).status != .done { await Task.yield() }
        running.cancel()
        _ = try? await running.value
    }
}
