import Scheduling
import TestSupport
import Testing
import Units

@testable import Service

/// One task after the other on the simulated engine: how it ends, and what of it is billed.
@Suite struct ContainerKeeperTests {
    private static func run(
        _ change: (inout SchedulerSettings) -> Void = { _ in },
        _ body: (SchedulerLedger, TaskScheduler, ContainerKeeper) async throws -> Void
    ) async throws {
        let test = try await SchedulerLedger()
        defer { test.close() }
        let settings = test.settings(change)
        try await body(test, test.scheduler(settings), test.keeper(settings))
        #expect(try await test.faults() == [])
    }

    @Test func aTaskRunsAndIsBilledToTheEnginesSeconds() async throws {
        try await Self.run { test, scheduler, keeper in
            let id = try await test.submit(SimulatedImage.running(milliseconds: 90_500))
            try await test.settle(scheduler, keeper)
            #expect(try await test.task(id).status == .running)
            test.advance(milliseconds: 200_000)
            try await test.settle(scheduler, keeper)
            let task = try await test.task(id), life = try #require(test.engine.lives.first)
            #expect(task.status == .done)
            #expect(task.container.exitCode == 0)
            #expect(task.container.startedAt == life.state.startedAt)
            #expect(task.container.stoppedAt == life.state.finishedAt)
            #expect(task.container.executionSeconds == 91)
            #expect(life.isRemoved && life.starts == 1)
            #expect(
                life.environment == [
                    "WORDS=a b=c", "SAKURA_ARTIFACT_DIR=\(TaskFolders.artifact)", "SAKURA_TASK_ID=\(id)",
                ])
        }
    }

    @Test func anotherExitCodeIsAnError() async throws {
        try await Self.run { test, scheduler, keeper in
            let id = try await test.submit(SimulatedImage.running(milliseconds: 1_000, exitCode: 3))
            try await test.settle(scheduler, keeper)
            test.advance(milliseconds: 5_000)
            try await test.settle(scheduler, keeper)
            let task = try await test.task(id)
            #expect(task.status == .error)
            #expect(task.container.exitCode == 3)
            #expect(task.errorMessage == "the container ended with exit code 3")
            #expect(task.container.executionSeconds == 1)
        }
    }

    @Test(arguments: ["missing", "private", "nocommand"]) func whatNeverRunsIsAnErrorAndFree(image: String) async throws
    {
        try await Self.run { test, scheduler, keeper in
            let id = try await test.submit(image)
            try await test.settle(scheduler, keeper)
            let task = try await test.task(id)
            #expect(task.status == .error)
            #expect(!task.errorMessage.isEmpty)
            #expect(task.container.startedAt == nil)
            #expect(task.container.executionSeconds == nil)
            #expect(test.engine.lives.allSatisfy { $0.isRemoved && $0.state.startedAt == nil })
            let kept = try await test.ledger.readers.read { try $0.store.container(of: id) }
            #expect(kept == nil)
        }
    }

    @Test func aRunningTaskIsCanceledAndBilledForWhatRan() async throws {
        try await Self.run { test, scheduler, keeper in
            let id = try await test.submit(SimulatedImage.running(milliseconds: 3_600_000))
            try await test.settle(scheduler, keeper)
            test.advance(milliseconds: 12_300)
            try await test.cancel(id)
            #expect(try await test.task(id).status == .running)
            try await test.settle(scheduler, keeper)
            let task = try await test.task(id)
            #expect(task.status == .canceled)
            #expect(task.container.executionSeconds == 13)
        }
    }

    @Test func aTaskThatWaitsForItsImageIsCanceledAndFree() async throws {
        try await Self.run { test, scheduler, keeper in
            let id = try await test.submit(SimulatedImage.running(milliseconds: 1_000))
            let placed = try await scheduler.placeNext(HostHealth.Report(answering: ["local"]))
            #expect(placed.map(\.task) == [id])
            #expect(try await test.task(id).status == .running)
            try await test.cancel(id)
            try await test.settle(scheduler, keeper)
            #expect(try await test.task(id).status == .canceled)
            #expect(test.engine.lives.isEmpty)
        }
    }

    @Test func theLimitEndsATaskByForce() async throws {
        try await Self.run { test, scheduler, keeper in
            let id = try await test.submit(SimulatedImage.running(milliseconds: 3_600_000), limitSeconds: 600)
            try await test.settle(scheduler, keeper)
            test.advance(milliseconds: 607_000)
            try await test.settle(scheduler, keeper)
            let task = try await test.task(id)
            #expect(task.status == .aborted)
            #expect(task.errorMessage.contains("600 seconds"))
            // What ran over the limit is ours.
            #expect(task.container.executionSeconds == 600)
        }
    }

    @Test func aUsersTasksRunOneAfterTheOther() async throws {
        try await Self.run { test, scheduler, keeper in
            var ids: [TaskID] = []
            for _ in 0..<3 { ids.append(try await test.submit(SimulatedImage.running(milliseconds: 10_000))) }
            let other = try await test.submit(SimulatedImage.running(milliseconds: 60_000), user: 2)
            for running in ids {
                try await test.settle(scheduler, keeper)
                #expect(try await test.task(running).status == .running)
                #expect(try await test.task(other).status != .waiting)
                test.advance(milliseconds: 15_000)
            }
            try await test.settle(scheduler, keeper)
            for id in ids { #expect(try await test.task(id).status == .done) }
        }
    }

    @Test func aContainerThatSomebodyTakesAwayIsAborted() async throws {
        try await Self.run { test, scheduler, keeper in
            let id = try await test.submit(SimulatedImage.running(milliseconds: 3_600_000))
            try await test.settle(scheduler, keeper)
            test.advance(milliseconds: 60_000)
            try await test.settle(scheduler, keeper)
            test.engine.removeBehindOurBack("kanjo-\(id)-1")
            test.advance(milliseconds: 60_000)
            try await test.settle(scheduler, keeper)
            let task = try await test.task(id)
            #expect(task.status == .aborted)
            // The last look, less the tolerance for clocks.
            #expect(task.container.executionSeconds == 55)
            let proof = try #require(task.container.stoppedAt), waived = try await test.events(.waived)
            #expect(waived.map { $0["data"]?["from"]?.string } == [proof.canonicalText])
            #expect(waived.map { $0["data"]?["to"]?.string } == [test.now.canonicalText])
        }
    }

    @Test func signsOfLifeComeAtADistanceAndAfterMidnight() async throws {
        try await Self.run { test, scheduler, keeper in
            test.advance(milliseconds: 600_000)
            _ = try await test.submit(SimulatedImage.running(milliseconds: 86_400_000))
            try await test.settle(scheduler, keeper)
            // From 12:10 to 00:50 of the next day, a look each minute.
            for _ in 0..<(12 * 60 + 40) {
                test.advance(milliseconds: 60_000)
                try await test.settle(scheduler, keeper)
            }
            // Each half hour from the start, and midnight: proved by the look a minute later, less what clocks may
            // disagree by.
            let times = try await test.events(.alive).compactMap { $0["time"]?.string }
            let hours = (12...23).flatMap { hour in
                (hour == 12 ? [] : ["05T\(hour):10:55"]) + ["05T\(hour):40:55"]
            }
            let expected = try (hours + ["06T00:00:55", "06T00:10:55", "06T00:40:55"]).map {
                try Instant(rfc3339: "2026-01-\($0)+09:00").canonicalText
            }
            #expect(times == expected)
        }
    }
}
