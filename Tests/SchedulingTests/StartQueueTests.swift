import Scheduling
import TestSupport
import Testing
import Units

@Suite struct StartQueueTests {
    private static let gpu = try! PlanID("gpu")

    private static func task(_ number: Int, user: Int = 1, account: Int = 1, plan: PlanID = gpu) -> QueuedTask {
        QueuedTask(
            id: try! TaskID("task-\(number)"), account: try! AccountID("account-\(account)"),
            user: try! UserID("user-\(user)"), plan: plan)
    }

    private static func host(_ name: String, _ tasks: Int) -> HostCapacity {
        HostCapacity(name: name, tasksByPlan: [gpu: tasks])
    }

    @Test func oneTaskOfAUserRunsAndTheNextWaits() {
        let waiting = [Self.task(1), Self.task(2), Self.task(3, user: 2)]
        let starts = StartQueue.starts(
            waiting: waiting, running: [], hosts: [Self.host("a", 8)], settings: QueueSettings())
        #expect(starts.map(\.task) == [waiting[0], waiting[2]])
    }

    @Test func anAccountMayCountAsOneOwner() {
        var settings = QueueSettings()
        settings.owner = .account
        settings.runningTasks = 2
        let waiting = (1...3).map { Self.task($0, user: $0) } + [Self.task(4, account: 2)]
        let starts = StartQueue.starts(waiting: waiting, running: [], hosts: [Self.host("a", 8)], settings: settings)
        #expect(starts.map(\.task) == [waiting[0], waiting[1], waiting[3]])
    }

    @Test func theHostWithTheMostRoomIsTaken() {
        let running = [Placement(task: Self.task(0, user: 9), host: "a")]
        let starts = StartQueue.starts(
            waiting: [Self.task(1), Self.task(2, user: 2), Self.task(3, user: 3)], running: running,
            hosts: [Self.host("a", 2), Self.host("b", 2)], settings: QueueSettings())
        #expect(starts.map(\.host) == ["b", "a", "b"])
    }

    @Test func aHostThatIsGoneStillCountsForItsUser() {
        let running = [Placement(task: Self.task(0), host: "gone")]
        let starts = StartQueue.starts(
            waiting: [Self.task(1), Self.task(2, user: 2)], running: running, hosts: [Self.host("a", 1)],
            settings: QueueSettings())
        #expect(starts.map(\.task) == [Self.task(2, user: 2)])
    }

    @Test func aPlanWithoutRoomHoldsBackItsUserAlone() throws {
        let large = try PlanID("large")
        let waiting = [Self.task(1, plan: large), Self.task(2), Self.task(3, user: 2)]
        let starts = StartQueue.starts(
            waiting: waiting, running: [], hosts: [Self.host("a", 8)], settings: QueueSettings())
        #expect(starts.map(\.task) == [waiting[2]])
    }

    /// Days of a whole service, seeded: tasks come and end at random, and every decision is judged.
    @Test(arguments: TestSeed.values(200)) func nobodyExceedsALimitOvertakesHisOwnOrStarves(seed: UInt64) throws {
        var service = QueuedService(seed: seed)
        for _ in 0..<120 { service.step(isTakingTasks: true) }
        // Whoever still waits comes to run when the others end, and nobody new is needed for that.
        var rounds = 0
        while !service.waiting.isEmpty || !service.running.isEmpty {
            service.step(isTakingTasks: false)
            rounds += 1
            try #require(rounds < 10_000, "tasks starve: \(service.waiting.count) wait, seed \(seed)")
        }
        #expect(service.faults == [], "seed \(seed)")
        #expect(service.started == service.submitted, "seed \(seed)")
    }
}

/// A service that is all queue: what it is told to start runs for some steps.
private struct QueuedService {
    private(set) var waiting: [QueuedTask] = []
    private(set) var running: [(placement: Placement, stepsLeft: Int)] = []
    private(set) var submitted = 0
    private(set) var started = 0
    private(set) var faults: [String] = []
    private var generator: SeededGenerator
    private var settings = QueueSettings()
    private let hosts: [HostCapacity]
    private let plans = ["small", "middle", "large"].map { try! PlanID($0) }
    /// Number of the last started task of each owner.
    private var lastStarted: [String: Int] = [:]

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        settings.owner = generator.chance(oneIn: 2) ? .user : .account
        settings.runningTasks = 1 + generator.below(3)
        let plans = plans
        hosts = (0..<1 + generator.below(3)).map { host in
            // The first has room for all plans, so that each can be served.
            HostCapacity(
                name: "host-\(host)",
                tasksByPlan: Dictionary(
                    uniqueKeysWithValues: plans.map { ($0, generator.below(3) + (host == 0 ? 1 : 0)) }))
        }
        self.generator = generator
    }

    mutating func step(isTakingTasks: Bool) {
        running = running.map { ($0.placement, $0.stepsLeft - 1) }.filter { $0.1 > 0 }
        if isTakingTasks {
            for _ in 0..<generator.below(4) {
                submitted += 1
                waiting.append(
                    QueuedTask(
                        id: try! TaskID("task-\(submitted)"), account: try! AccountID("account-\(generator.below(3))"),
                        user: try! UserID("user-\(generator.below(2))"), plan: generator.pick(plans)))
            }
        }
        let starts = StartQueue.starts(
            waiting: waiting, running: running.map(\.placement), hosts: hosts, settings: settings)
        judge(starts)
        let ids = Set(starts.map(\.task.id))
        waiting.removeAll { ids.contains($0.id) }
        running += starts.map { ($0, 1 + generator.below(12)) }
        started += starts.count
    }

    private mutating func judge(_ starts: [Placement]) {
        let all = running.map(\.placement) + starts
        for (owner, count) in Dictionary(grouping: all, by: { owner($0.task) }).mapValues(\.count)
        where count > settings.runningTasks {
            faults.append("\(owner) runs \(count) tasks")
        }
        for host in hosts {
            for plan in plans {
                let count = all.count { $0.host == host.name && $0.task.plan == plan }
                if count > host.tasksByPlan[plan] ?? 0 { faults.append("\(host.name) runs \(count) of \(plan)") }
            }
        }
        for start in starts {
            let number = Int(start.task.id.text.dropFirst("task-".count)) ?? 0
            if number < lastStarted[owner(start.task)] ?? 0 { faults.append("\(start.task.id) was overtaken") }
            lastStarted[owner(start.task)] = number
        }
        judgeIdleRoom(Set(starts.map(\.task.id)), all)
    }

    /// The first waiting task of an owner below the limit stays only where its plan has no room left.
    private mutating func judgeIdleRoom(_ started: Set<TaskID>, _ all: [Placement]) {
        var seen: Set<String> = []
        for task in waiting where !started.contains(task.id) && seen.insert(owner(task)).inserted {
            let runningOfOwner = all.count { owner($0.task) == owner(task) }
            let room = hosts.reduce(0) { sum, host in
                let used = all.count { $0.host == host.name && $0.task.plan == task.plan }
                return sum + (host.tasksByPlan[task.plan] ?? 0) - used
            }
            if runningOfOwner < settings.runningTasks, room > 0 { faults.append("\(task.id) waits beside free room") }
        }
    }

    private func owner(_ task: QueuedTask) -> String {
        settings.owner == .user ? "\(task.account)/\(task.user)" : task.account.text
    }
}
