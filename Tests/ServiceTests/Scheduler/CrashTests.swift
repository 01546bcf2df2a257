import ContainerEngine
import Scheduling
import Synchronization
import TestSupport
import Testing
import UsageLedger
import Units

@testable import Service

/// A scheduler that is killed again and again, before and after whatever it asks the engine for. Each restart knows
/// nothing but the database and the engine.
@Suite struct CrashTests {
    /// 32 ledgers with 64 kills each.
    @Test(arguments: TestSeed.values(32)) func eachRunIsBilledExactlyOnceWhateverBreaks(seed: UInt64) async throws {
        let kill = KillSwitch(seed: seed)
        let test = try await SchedulerLedger(fails: { _, _ in kill.falls() })
        defer { test.close() }
        var story = SeededGenerator(seed: seed &* 31)
        var ids: [TaskID] = []
        var canceled: Set<TaskID> = []
        var rounds = 0
        var isBusy = true
        repeat {
            // A new process: nothing of the last one's memory is left.
            let scheduler = test.scheduler(), keeper = test.keeper()
            rounds += 1
            kill.arm(rounds <= 64)
            if ids.count < 12, story.chance(oneIn: 3) {
                ids.append(try await test.submit(Self.image(&story), user: 1 + story.below(3), limitSeconds: 600))
            }
            if story.chance(oneIn: 12), let id = ids.randomElement(using: &story), !canceled.contains(id),
                try await !test.task(id).status.isFinal
            {
                try await test.cancel(id)
                canceled.insert(id)
            }
            try await test.settle(scheduler, keeper)
            Self.expectOneRunningTaskAUser(test, seed)
            test.advance(milliseconds: Int64(1 + story.below(90_000)))
            try #require(rounds < 2000, "it never comes to an end, seed \(seed)")
            isBusy = try await Self.isBusy(test)
        } while rounds <= 64 || isBusy
        #expect(try await test.faults() == [], "seed \(seed)")
        for id in ids { try await Self.expectBilledOnce(id, canceled.contains(id), test, seed) }
    }

    private static func image(_ story: inout SeededGenerator) -> String {
        switch story.below(8) {
        case 0: "missing"
        case 1: "nocommand"
        case 2: SimulatedImage.running(milliseconds: 3_600_000)
        default:
            SimulatedImage.running(milliseconds: Int64(story.below(400_000)), exitCode: Int32(story.below(2)))
        }
    }

    private static func isBusy(_ test: SchedulerLedger) async throws -> Bool {
        let work = try await test.ledger.readers.read { try $0.store.scheduledWork(waitingOfUser: 1) }
        return !work.waiting.isEmpty || !work.containers.isEmpty
    }

    /// The engine itself never sees two.
    private static func expectOneRunningTaskAUser(_ test: SchedulerLedger, _ seed: UInt64) {
        let running = test.engine.lives.filter { $0.state.status == .running }
        #expect(running.count <= 3, "seed \(seed)")
    }

    private static func expectBilledOnce(
        _ id: TaskID, _ wasCanceled: Bool, _ test: SchedulerLedger, _ seed: UInt64
    ) async throws {
        let lives = test.engine.lives.filter { $0.state.labels[ContainerLabels.task] == id.text }
        let ran = lives.filter { $0.starts > 0 }
        let task = try await test.task(id), hint: Comment = "task \(id), seed \(seed)"
        #expect(ran.count <= 1 && ran.allSatisfy { $0.starts == 1 }, hint)
        #expect(lives.allSatisfy { $0.isRemoved }, hint)
        #expect(task.status.isFinal, hint)
        #expect(task.container.startedAt == ran.first?.state.startedAt, hint)
        #expect(task.container.stoppedAt == ran.first?.state.finishedAt, hint)
        guard let state = ran.first?.state, let start = state.startedAt, let finish = state.finishedAt else {
            #expect(task.status == (wasCanceled && task.errorMessage.isEmpty ? .canceled : .error), hint)
            #expect(task.container.executionSeconds == nil, hint)
            return
        }
        let seconds = (finish.nanoseconds - start.nanoseconds + 999_999_999) / 1_000_000_000
        #expect(task.container.executionSeconds == min(600, seconds), hint)
    }
}

/// Breaks one of the calls to the engine, and with it all that come after: the process is dead.
private final class KillSwitch: Sendable {
    private struct State {
        var generator: SeededGenerator
        var callsLeft: Int?
    }

    private let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(generator: SeededGenerator(seed: seed))) }

    func arm(_ isArmed: Bool) {
        state.withLock { $0.callsLeft = isArmed ? $0.generator.below(14) : nil }
    }

    func falls() -> Bool {
        state.withLock { state in
            guard let left = state.callsLeft else { return false }
            if left > 0 { state.callsLeft = left - 1 }
            return left == 0
        }
    }
}
