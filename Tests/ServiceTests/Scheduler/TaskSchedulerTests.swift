import Scheduling
import TestSupport
import Testing
import Units

@testable import Service

/// The loop itself: what wakes it, and that one process after the other goes on where the last one stopped.
@Suite struct TaskSchedulerTests {
    /// Waits for a status; the loop is woken by what happens, and here by the moved clock.
    private static func await(
        _ status: TaskStatus, of id: TaskID, _ test: SchedulerLedger
    ) async throws {
        while try await test.task(id).status != status { await Task.yield() }
    }

    private static func awaitLives(_ test: SchedulerLedger, _ isRight: (SimulatedEngine.Life) -> Bool) async {
        while !test.engine.lives.contains(where: isRight) { await Task.yield() }
    }

    @Test(.timeLimit(.minutes(2))) func aTaskRunsToItsEndWithoutBeingAskedFor() async throws {
        let test = try await SchedulerLedger()
        defer { test.close() }
        let running = Task { [scheduler = test.scheduler()] in try await scheduler.run() }
        let id = try await test.submit(SimulatedImage.running(milliseconds: 5_000))
        let next = try await test.submit(SimulatedImage.running(milliseconds: 5_000))
        await Self.awaitLives(test) { $0.state.status == .running }
        #expect(try await test.task(next).status == .waiting)
        test.advance(milliseconds: 7_000)
        try await Self.await(.done, of: id, test)
        try await Self.await(.running, of: next, test)
        running.cancel()
        _ = try? await running.value
        #expect(try await test.task(id).container.executionSeconds == 5)
    }

    @Test(.timeLimit(.minutes(2))) func aCanceledTaskIsEndedAtOnce() async throws {
        let test = try await SchedulerLedger()
        defer { test.close() }
        let running = Task { [scheduler = test.scheduler()] in try await scheduler.run() }
        let id = try await test.submit(SimulatedImage.running(milliseconds: 3_600_000))
        await Self.awaitLives(test) { $0.state.status == .running }
        test.advance(milliseconds: 3_000)
        try await test.cancel(id)
        try await Self.await(.canceled, of: id, test)
        running.cancel()
        _ = try? await running.value
        #expect(try await test.task(id).container.executionSeconds == 3)
    }

    /// Whose tasks are counted together, and how many run at once, from the database to the decision.
    @Test(
        arguments: [
            (.user, 1, [1, 1, 2, 3], [0, 2, 3]), (.user, 2, [1, 1, 1, 2], [0, 1, 3]), (.account, 1, [1, 2, 3], [0]),
            (.account, 2, [1, 2, 2, 3], [0, 1]), (.account, 3, [1, 1, 1, 1, 2], [0, 1, 2]),
        ] as [(QueueSettings.Owner, Int, [Int], [Int])])
    func thatManyOfAnOwnerRunAtOnce(owner: QueueSettings.Owner, count: Int, users: [Int], first: [Int]) async throws {
        let test = try await SchedulerLedger(hosts: ["a", "b"])
        defer { test.close() }
        let settings = test.settings {
            $0.queue.owner = owner
            $0.queue.runningTasks = count
        }
        let scheduler = test.scheduler(settings), keeper = test.keeper(settings)
        var ids: [TaskID] = []
        for (number, user) in users.enumerated() {
            let seconds = 60 + Int64(number)
            ids.append(try await test.submit(SimulatedImage.running(milliseconds: seconds * 1_000), user: user))
            test.advance(milliseconds: 1)
        }
        func running() async throws -> [Int] {
            try await test.settle(scheduler, keeper)
            let running = Set(try await test.containers().filter(\.takesRoom).map(\.task))
            return ids.indices.filter { running.contains(ids[$0]) }
        }
        #expect(try await running() == first)
        // Each that ends lets the owner's next one in.
        for _ in ids {
            test.advance(milliseconds: 120_000)
            _ = try await running()
        }
        for id in ids { #expect(try await test.task(id).status == .done) }
    }

    @Test(.timeLimit(.minutes(2))) func whatRunsIsFoundAgainByTheNextProcess() async throws {
        let test = try await SchedulerLedger()
        defer { test.close() }
        let first = Task { [scheduler = test.scheduler()] in try await scheduler.run() }
        let id = try await test.submit(SimulatedImage.running(milliseconds: 90_000))
        await Self.awaitLives(test) { $0.state.status == .running }
        first.cancel()
        _ = try? await first.value
        // It ends while nobody is there.
        test.advance(milliseconds: 600_000)
        let second = Task { [scheduler = test.scheduler()] in try await scheduler.run() }
        try await Self.await(.done, of: id, test)
        await Self.awaitLives(test) { $0.isRemoved }
        second.cancel()
        _ = try? await second.value
        #expect(test.engine.lives.count == 1)
        #expect(try await test.task(id).container.executionSeconds == 90)
        #expect(try await test.faults() == [])
    }
}
