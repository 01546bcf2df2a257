import ContainerEngine
import Scheduling
import Store
import TestSupport
import Testing
import Units

@testable import Service

/// Which GPUs a container gets: its own, known to the engine, and free again at its end.
@Suite struct GPUTests {
    private static let two = try! PlanID("v100x2")
    private static let long = SimulatedImage.running(milliseconds: 86_400_000)

    private static func run(
        gpus: Set<Int>? = [0, 1, 2, 3],
        _ body: (SchedulerLedger, SchedulerSettings, TaskScheduler, ContainerKeeper) async throws -> Void
    ) async throws {
        let test = try await SchedulerLedger()
        defer { test.close() }
        let settings = test.settings {
            $0.capacity = [
                HostCapacity(name: "local", tasksByPlan: [SchedulerLedger.plan: 4, two: 4], gpus: gpus)
            ]
        }
        try await body(test, settings, test.scheduler(settings), test.keeper(settings))
        #expect(try await test.faults() == [])
    }

    private static func given(_ test: SchedulerLedger, _ id: TaskID) -> [String]? {
        test.lives(of: id).last?.gpus?.devices
    }

    @Test func eachContainerHasItsOwnAlsoAfterARestart() async throws {
        try await Self.run { test, settings, scheduler, keeper in
            let first = try await test.submit(SimulatedImage.running(milliseconds: 60_000), user: 1)
            let second = try await test.submit(Self.long, user: 2)
            try await test.settle(scheduler, keeper)
            #expect(Self.given(test, first) == ["0"] && Self.given(test, second) == ["1"])
            // Another process: it knows from the database what is taken.
            let third = try await test.submit(Self.long, user: 3, plan: Self.two)
            try await test.settle(test.scheduler(settings), test.keeper(settings))
            #expect(Self.given(test, third) == ["2", "3"])
            let fourth = try await test.submit(Self.long, user: 4)
            try await test.settle(scheduler, keeper)
            #expect(try await test.task(fourth).status == .waiting)
            // The first has ended: its GPU is free.
            test.advance(milliseconds: 61_000)
            try await test.settle(scheduler, keeper)
            try await test.settle(scheduler, keeper)
            #expect(Self.given(test, fourth) == ["0"])
        }
    }

    @Test func whereNobodyCountsANumberIsAskedFor() async throws {
        try await Self.run(gpus: nil) { test, settings, scheduler, keeper in
            let id = try await test.submit(Self.long, plan: Self.two)
            try await test.settle(scheduler, keeper)
            #expect(test.lives(of: id).map(\.gpus) == [GPURequest(driver: "nvidia", count: 2)])
            // Somebody begins to count: what runs has the first ones.
            var counted = settings
            counted.capacity[0].gpus = [0, 1, 2, 3]
            let next = try await test.submit(Self.long, user: 2)
            try await test.settle(test.scheduler(counted), test.keeper(counted))
            #expect(Self.given(test, next) == ["2"])
        }
    }

    /// A lost container may run on: what it has is free when its host is back and it is cleared away.
    @Test func aLostContainerKeepsItsOwn() async throws {
        try await Self.run(gpus: [0, 1]) { test, settings, scheduler, keeper in
            let lost = try await test.submit(Self.long)
            try await test.settle(scheduler, keeper)
            test.engine.fallSilent()
            for _ in 0..<12 {
                try await test.settle(scheduler, keeper)
                test.advance(milliseconds: 60_000)
            }
            #expect(try await test.task(lost).status == .aborted)
            let next = try await test.submit(Self.long, user: 2)
            test.engine.fallSilent(false)
            _ = await keeper.look(at: test.engine)
            let placed = try await scheduler.placeNext(keeper.health.report)
            #expect(placed.first { $0.task == next }?.gpus == [1])
            try await test.settle(scheduler, keeper)
            let third = try await test.submit(Self.long, user: 3)
            try await test.settle(scheduler, keeper)
            #expect(Self.given(test, third) == ["0"])
        }
    }

    @Test(arguments: [[0, 1], nil] as [Set<Int>?]) func anEngineThatPassesOverThemRunsNothing(gpus: Set<Int>?)
        async throws
    {
        try await Self.run(gpus: gpus) { test, _, scheduler, keeper in
            test.engine.passOverGPUs()
            let id = try await test.submit(Self.long)
            try await test.settle(scheduler, keeper)
            let task = try await test.task(id)
            #expect(task.status == .error && task.container.startedAt == nil)
            #expect(task.errorMessage.contains("no GPUs") && task.errorMessage.contains("local"))
            #expect(test.lives(of: id).map(\.starts) == [0] && test.lives(of: id).map(\.isRemoved) == [true])
            #expect(try await test.containers().isEmpty)
        }
    }

    @Test(
        arguments: [
            ("v100=1", "", "nvidia", nil), ("v100=2", "", "none", nil),
            ("v100=2,cpu=4", "", "none,v100=nvidia", "'a' takes 2 tasks"),
            ("v100=2", "", "nvidia", "takes 2 tasks with GPUs at once"),
            ("v100=1,h100=1", "", "nvidia", "takes 2 tasks"),
            ("v100=2", "8", "nvidia", nil), ("v100=2", "a=8", "nvidia", "'b' takes 2"),
            ("v100=2", "a=8,b=4", "nvidia", nil),
            ("v100=1", "c=8", "nvidia", "'c' is none of engine.hosts"),
            ("v100=1", "a=many", "nvidia", "no number of GPUs"),
            ("v100=1", "-1", "nvidia", "no number of GPUs"),
        ] as [(String, String, String, String?)])
    func settingsThatWouldGiveOneTwiceAreRefused(capacity: String, gpus: String, driver: String, fault: String?) {
        var engine = EngineSettings()
        engine.hosts = "a=unix:///run/a.sock,b=unix:///run/b.sock"
        (engine.capacity, engine.gpus, engine.deviceDriver) = (capacity, gpus, driver)
        #expect(engine.faults.isEmpty == (fault == nil), "\(engine.faults)")
        if let fault { #expect(engine.faults.first?.contains(fault) == true, "\(engine.faults)") }
    }
}
