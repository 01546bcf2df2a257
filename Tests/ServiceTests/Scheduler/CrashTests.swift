import ContainerEngine
import Scheduling
import Synchronization
import TestSupport
import Testing
import Units
import UsageLedger

@testable import Service

/// A scheduler that is killed again and again, before and after whatever it asks the engines for. Each restart knows
/// nothing but the database and the engines. One of the two machines falls silent now and then, and comes back.
@Suite struct CrashTests {
    /// 32 ledgers with 64 kills each.
    @Test(arguments: TestSeed.values(32)) func eachRunIsBilledExactlyOnceWhateverBreaks(seed: UInt64) async throws {
        let kill = KillSwitch(seed: seed)
        let test = try await SchedulerLedger(hosts: ["a", "b"], fails: { call, _ in kill.falls(at: call) })
        defer { test.close() }
        var story = SeededGenerator(seed: seed &* 31)
        var users: [TaskID: Int] = [:]
        var canceled: Set<TaskID> = []
        var rounds = 0
        var isBusy = true
        repeat {
            // A new process: nothing of the last one's memory is left.
            let scheduler = test.scheduler(), keeper = test.keeper()
            rounds += 1
            kill.arm(false)
            if users.count < 12, story.chance(oneIn: 3) {
                let user = 1 + story.below(3)
                users[try await test.submit(Self.image(&story), user: user, limitSeconds: 600)] = user
            }
            if rounds <= 64, story.chance(oneIn: 16) {
                try await Self.loseHost(test, scheduler, keeper, minutes: 5 + story.below(12))
            }
            if story.chance(oneIn: 12), let id = users.keys.sorted().randomElement(using: &story),
                !canceled.contains(id), try await !test.task(id).status.isFinal
            {
                try await test.cancel(id)
                canceled.insert(id)
            }
            kill.arm(rounds <= 64)
            try await test.settle(scheduler, keeper)
            try await Self.expectOneRunningTaskAUser(users, test, seed)
            test.advance(milliseconds: Int64(1 + story.below(90_000)))
            try #require(rounds < 2000, "it never comes to an end, seed \(seed)")
            isBusy = try await Self.isBusy(test)
        } while rounds <= 64 || isBusy
        let reconciler = EngineReconciler(
            ledger: test.ledger, hosts: test.hosts, label: "kanjo", intervalSeconds: 3600, logger: test.logger)
        #expect(try await reconciler.compare().isRight, "seed \(seed)")
        #expect(try await test.faults() == [], "seed \(seed)")
        for id in users.keys { try await Self.expectBilledOnce(id, canceled.contains(id), test, seed) }
    }

    /// The second machine is silent for some minutes: for more than ten it has lost what it ran.
    private static func loseHost(
        _ test: SchedulerLedger, _ scheduler: TaskScheduler, _ keeper: ContainerKeeper, minutes: Int
    ) async throws {
        test.hosts[1].fallSilent()
        for _ in 0..<minutes {
            try await test.settle(scheduler, keeper)
            test.advance(milliseconds: 60_000)
        }
        test.hosts[1].fallSilent(false)
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

    /// The engines themselves never see two, but for what a lost machine went on with.
    private static func expectOneRunningTaskAUser(
        _ users: [TaskID: Int], _ test: SchedulerLedger, _ seed: UInt64
    ) async throws {
        var running: [Int: [TaskID]] = [:]
        for (id, user) in users where test.lives(of: id).contains(where: { $0.state.status == .running }) {
            if try await test.task(id).status != .aborted { running[user, default: []].append(id) }
        }
        for (user, ids) in running { #expect(ids.count == 1, "user \(user) runs \(ids), seed \(seed)") }
    }

    private static func expectBilledOnce(
        _ id: TaskID, _ wasCanceled: Bool, _ test: SchedulerLedger, _ seed: UInt64
    ) async throws {
        let lives = test.lives(of: id), ran = lives.filter { $0.starts > 0 }
        let task = try await test.task(id), hint: Comment = "task \(id), seed \(seed)"
        #expect(ran.count <= 1 && ran.allSatisfy { $0.starts == 1 }, hint)
        #expect(lives.allSatisfy { $0.isRemoved }, hint)
        #expect(task.status.isFinal, hint)
        let wasLost = task.status == .aborted && task.errorMessage.contains("was lost")
        let waived = try await test.events(.waived).filter { $0["subject"]?.string == id.text }
        guard let state = ran.first?.state, let start = state.startedAt, let finish = state.finishedAt else {
            let never: TaskStatus = wasCanceled && task.errorMessage.isEmpty ? .canceled : .error
            #expect(task.status == (wasLost ? .aborted : never), hint)
            #expect(task.container.executionSeconds == nil && waived.isEmpty, hint)
            return
        }
        if wasLost, task.container.startedAt == nil {
            // Nobody heard of its start.
            #expect(task.container.executionSeconds == nil && waived.isEmpty, hint)
            return
        }
        #expect(task.container.startedAt == start, hint)
        let stop = try #require(task.container.stoppedAt, hint)
        #expect(wasLost ? stop <= finish : stop == finish, hint)
        #expect(waived.compactMap { $0["data"]?["from"]?.string } == (wasLost ? [stop.canonicalText] : []), hint)
        let seconds = (stop.nanoseconds - start.nanoseconds + 999_999_999) / 1_000_000_000
        #expect(task.container.executionSeconds == min(600, seconds), hint)
    }
}

/// Breaks one of the calls to the engines, and with it all that come after: the process is dead.
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

    /// Questions whether a host answers change nothing, and don't count.
    func falls(at call: String) -> Bool {
        state.withLock { state in
            guard let left = state.callsLeft else { return false }
            if left > 0, call != "ping" { state.callsLeft = left - 1 }
            return left == 0
        }
    }
}
