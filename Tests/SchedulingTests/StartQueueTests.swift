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

    @Test func aSilentHostTakesNothingAndGivesBackWhatItNeverStarted() {
        let started = Placement(task: Self.task(1), host: "a")
        let stranded = Placement(task: Self.task(2, user: 2), host: "a", isUnstarted: true)
        let waiting = [Self.task(3), Self.task(4, user: 2), Self.task(5, user: 3)]
        func starts(_ hosts: [HostCapacity]) -> [Placement] {
            StartQueue.starts(
                waiting: waiting, running: [started, stranded], hosts: hosts, silent: ["a"], settings: QueueSettings())
        }
        // The first is still running there; the second goes elsewhere, before those that wait.
        let both = starts([Self.host("a", 8), Self.host("b", 8)])
        #expect(both.map(\.task) == [stranded.task, waiting[2]])
        #expect(both.map(\.host) == ["b", "b"])
        #expect(starts([Self.host("a", 8), Self.host("b", 1)]).map(\.task) == [stranded.task])
        #expect(starts([Self.host("a", 8)]) == [])
    }

    @Test func eachTaskGetsGPUsOfItsOwn() {
        func task(_ number: Int, _ gpus: Int) -> QueuedTask {
            QueuedTask(
                id: try! TaskID("task-\(number)"), account: try! AccountID("a"), user: try! UserID("user-\(number)"),
                plan: Self.gpu, gpus: gpus)
        }
        let host = HostCapacity(name: "a", tasksByPlan: [Self.gpu: 8], gpus: [0, 1, 2, 3])
        let running = [Placement(task: task(1, 1), host: "a", gpus: [1])]
        func starts(_ gpus: [Int]) -> [[Int]] {
            StartQueue.starts(
                waiting: gpus.enumerated().map { task($0.offset + 2, $0.element) }, running: running, hosts: [host],
                settings: QueueSettings()
            ).map(\.gpus)
        }
        #expect(starts([1, 2]) == [[0], [2, 3]])
        #expect(starts([1, 1, 1, 1]) == [[0], [2], [3]])
        // What is large waits for the free ones, and keeps them; what wants none goes on.
        #expect(starts([4, 1, 0]) == [[]])
        // What no host can ever give keeps nothing.
        #expect(starts([5, 1]) == [[0]])
    }

    @Test func aPlanWithoutRoomHoldsBackItsUserAlone() throws {
        let large = try PlanID("large")
        let waiting = [Self.task(1, plan: large), Self.task(2), Self.task(3, user: 2)]
        let starts = StartQueue.starts(
            waiting: waiting, running: [], hosts: [Self.host("a", 8)], settings: QueueSettings())
        #expect(starts.map(\.task) == [waiting[2]])
    }

    /// Days of a whole service, seeded: tasks come and end at random, hosts fall silent and come back, some count their
    /// GPUs, and every decision is judged.
    @Test(arguments: TestSeed.values(400)) func nobodyExceedsALimitOvertakesHisOwnOrStarves(seed: UInt64) throws {
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
