import Billing
import ContainerEngine
import Foundation
import Logging
import Scheduling
import Store
import Synchronization
import TestSupport
import Units
import UsageLedger

@testable import Service

/// A served ledger with plans and users, simulated engines, and a clock that a test moves.
final class SchedulerLedger: Sendable {
    static let account = try! AccountID("acme")
    static let plan = try! PlanID("v100")
    static let noon = try! Instant(rfc3339: "2026-01-05T12:00:00+09:00")
    static let setUp = """
        accounts: [{id: acme, name: Acme}]
        plans:
          - {id: v100, name: V100, gpu_model: V100, gpu_count: 1, minimum_execution_seconds: 1}
          - {id: v100x2, name: Two V100, gpu_model: V100, gpu_count: 2, minimum_execution_seconds: 1}
        prices:
          - {plan: v100, yen_per_second: "1", from: 2024-01-01}
          - {plan: v100x2, yen_per_second: "2", from: 2024-01-01}
        """

    let ledger: ServedLedger
    let hosts: [SimulatedEngine]
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let folder: URL
    private let testClock: TestClock

    var now: Instant { testClock.now }
    /// The first host.
    var engine: SimulatedEngine { hosts[0] }

    /// - Parameter filesFolder: part of a path below the test's own folder; `nil`: beside the database.
    init(
        hosts names: [String] = ["local"], filesFolder: String? = nil,
        fails: @escaping @Sendable (String, SimulatedEngine.Moment) -> Bool = { _, _ in false }
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kanjo-scheduler-\(UUID().uuidString)")
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let clock = TestClock(Self.noon), live = ServiceEnvironment.live
        let environment = ServiceEnvironment(now: { clock.now }, makeID: live.makeID, makeSalt: live.makeSalt)
        var limits = ServedLedger.Limits()
        limits.filesFolder = filesFolder.map { folder.appending(path: $0).path(percentEncoded: false) }
        ledger = try ServedLedger(
            path: folder.appending(path: "ledger.db").path(), environment: environment, limits: limits)
        hosts = names.map { SimulatedEngine(name: $0, now: { clock.now }, fails: fails) }
        testClock = clock
        let declaration = try SetUpFileReader.declaration(in: Self.setUp)
        _ = try await ledger.writer.perform { _ = try $0.apply(declaration, by: Author(who: "test")) }
    }

    func advance(milliseconds: Int64) {
        testClock.advance(milliseconds: milliseconds)
        for host in hosts { host.tick() }
    }

    func close() {
        ledger.close()
        try? FileManager.default.removeItem(at: folder)
    }

    func settings(_ change: (inout SchedulerSettings) -> Void = { _ in }) -> SchedulerSettings {
        var settings = SchedulerSettings()
        settings.capacity = hosts.map { HostCapacity(name: $0.name, tasksByPlan: [Self.plan: 4]) }
        change(&settings)
        return settings
    }

    func keeper(_ settings: SchedulerSettings? = nil) -> ContainerKeeper {
        ContainerKeeper(ledger: ledger, hosts: hosts, settings: settings ?? self.settings(), logger: logger)
    }

    func scheduler(_ settings: SchedulerSettings? = nil) -> TaskScheduler {
        TaskScheduler(ledger: ledger, hosts: hosts, settings: settings ?? self.settings(), logger: logger)
    }

    private func credential(_ user: Int) throws -> Credential {
        Credential(
            token: "token", account: Self.account, user: try UserID("user-\(user)"), role: .user)
    }

    func submit(
        _ image: String, user: Int = 1, limitSeconds: Int64? = nil, plan: PlanID = plan, registry: Registry? = nil
    ) async throws -> TaskID {
        let body = JSONValue.object([
            .init("name", .string("task")),
            .init("execution_time_limit_sec", limitSeconds.map(JSONValue.integer) ?? .null),
            .init(
                "containers",
                .array([
                    .object([
                        .init("image", .string(image)), .init("plan", .string(plan.text)),
                        .init("registry", registry.map { .string($0.id) } ?? .null),
                        .init("environment", .object([.init("WORDS", .string("a b=c"))])),
                    ])
                ])),
        ])
        let checked = SubmissionCheck.read(
            body, isKnownPlan: { _ in true }, registryHost: { _ in registry?.hostname })
        guard let submission = checked.submission else { throw ServiceError(.invalidBody, "\(checked.issues)") }
        let credential = try credential(user), secrets = ledger.secrets
        return try await ledger.writer.perform {
            try $0.submit(submission, by: credential, settings: TaskSettings(), secrets: secrets).id
        }
    }

    func cancel(_ task: TaskID) async throws {
        let credential = try credential(1)
        _ = try await ledger.writer.perform { try $0.cancelTask(task, by: credential) }
    }

    func delete(_ task: TaskID) async throws {
        let credential = try credential(1)
        try await ledger.writer.perform { try $0.deleteTask(task, by: credential) }
    }

    func task(_ id: TaskID) async throws -> ComputeTask {
        try await ledger.readers.read { try $0.store.task(id, account: Self.account, now: $0.environment.now()) }
    }

    /// Everything that can be done now is done: hosts are asked, tasks are placed and each container is brought on.
    func settle(_ scheduler: TaskScheduler, _ keeper: ContainerKeeper) async throws {
        for host in hosts { _ = await keeper.look(at: host) }
        var isMoving = true
        while isMoving {
            isMoving = false
            let health = keeper.health.report
            for container in try await scheduler.placeNext(health) {
                var next = await keeper.advance(container.task)
                while next == .pulling {
                    await keeper.pulls.finished(container.task)
                    next = await keeper.advance(container.task)
                }
                if next == .settled { isMoving = true }
            }
            // A host that has fallen silent gives back what it hasn't started.
            if keeper.health.report != health { isMoving = true }
        }
    }

    /// The containers that aren't settled, by task.
    func containers() async throws -> [KeptContainer] {
        try await ledger.readers.read { try $0.store.scheduledWork(waitingOfUser: 1).containers }
    }

    /// Every life that a task had, on any host.
    func lives(of task: TaskID) -> [SimulatedEngine.Life] {
        hosts.flatMap(\.lives).filter { $0.state.labels[ContainerLabels.task] == task.text }
    }

    /// All events of a type in the log, as objects.
    func events(_ type: UsageEventType) async throws -> [JSONValue] {
        let query = ReportQuery(
            name: "events", sql: "SELECT CAST(body AS TEXT) AS body FROM event ORDER BY position",
            columns: [.init(name: "body", storage: .text)], parameters: [:])
        return try await ledger.readers.read { try $0.store.report(query) }.rows.compactMap { row in
            guard case .text(let text) = row[0] else { return nil }
            return try? JSONValue(parsing: Array(text.utf8))
        }.filter { $0["type"]?.string == type.name }
    }

    func logSize() async throws -> Int64 { try await ledger.readers.read { try $0.store.head().size } }

    /// What `verify` finds; nothing when all is sound.
    func faults() async throws -> [String] {
        let path = folder.appending(path: "ledger.db").path()
        let report = try LedgerStore(path: path, mode: .readOnly).verify()
        return report.checks.compactMap { check in check.fault.map { "\(check.name): \($0)" } }
    }
}

/// A clock that stands until it is moved.
final class TestClock: Sendable {
    private let instant: Mutex<Instant>

    init(_ start: Instant) { instant = Mutex(start) }

    var now: Instant { instant.withLock { $0 } }

    func advance(milliseconds: Int64) {
        instant.withLock { $0 = $0.advanced(byNanoseconds: milliseconds * 1_000_000) }
    }
}
