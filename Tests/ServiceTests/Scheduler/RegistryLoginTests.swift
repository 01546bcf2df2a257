import ContainerEngine
import Scheduling
import Store
import TestSupport
import Testing
import Units

@testable import Service

/// Whose password goes where: to the registry that it was stored for, and only when it can be read.
@Suite struct RegistryLoginTests {
    private static let image = "registry.example.com/private"

    private static func run(
        password: String = "right", place: String? = nil, image: String = image,
        beforeStart change: (SchedulerLedger, Registry) async throws -> Void = { _, _ in },
        _ body: (SchedulerLedger, ComputeTask) async throws -> Void
    ) async throws {
        let test = try await SchedulerLedger()
        defer { test.close() }
        let id = "00000000-0000-7000-8000-000000000001"
        let sealed = try test.ledger.secrets.seal(password, for: place ?? Registry.place(of: id))
        let registry = Registry(
            id: id, hostname: "registry.example.com", username: "mina", sealedPassword: sealed,
            times: ResourceTimes(test.now))
        let author = try UserID("user-1"), now = test.now
        try await test.ledger.writer.perform {
            try $0.store.add(registry, by: ResourceChange(account: SchedulerLedger.account, user: author, now: now))
        }
        let task = try await test.submit(image, registry: registry)
        try await change(test, registry)
        try await test.settle(test.scheduler(), test.keeper())
        try await body(test, try await test.task(task))
        #expect(try await test.faults() == [])
    }

    @Test func theRightPasswordGoesToItsRegistry() async throws {
        try await Self.run { test, task in
            #expect(task.status == .running && task.container.startedAt != nil)
            let login = RegistryLogin(server: "registry.example.com", username: "mina", password: "right")
            #expect(test.engine.logins == [login])
        }
    }

    @Test func aWrongOneIsTheTasksError() async throws {
        try await Self.run(password: "wrong") { test, task in
            #expect(task.status == .error && task.errorMessage == "the registry wants another login")
            #expect(task.container.executionSeconds == nil && test.engine.lives.isEmpty)
        }
    }

    @Test func oneThatWasDeletedMeanwhileIsNamed() async throws {
        try await Self.run { test, registry in
            try await test.ledger.writer.perform {
                _ = try $0.store.removeRegistry(registry.id, of: SchedulerLedger.account)
            }
        } _: { test, task in
            #expect(task.status == .error && task.errorMessage.contains("was deleted"))
            #expect(test.engine.logins.isEmpty)
        }
    }

    @Test func onePutInAnothersPlaceCannotBeRead() async throws {
        try await Self.run(place: "registry:another") { test, task in
            #expect(task.status == .aborted && task.errorMessage.contains("can't be read on our side"))
            #expect(test.engine.logins.isEmpty)
        }
    }

    /// The login was for another host when the task was handed in: its new password is not for the image's host.
    @Test func oneOfAnotherHostGoesNowhere() async throws {
        try await Self.run { test, registry in
            var other = registry
            other.hostname = "other.example.com"
            let author = try UserID("user-1"), now = test.now, changed = other
            try await test.ledger.writer.perform {
                _ = try $0.store.replace(
                    changed, by: ResourceChange(account: SchedulerLedger.account, user: author, now: now))
            }
        } _: { test, task in
            #expect(task.status == .error)
            #expect(task.errorMessage.contains("a login for other.example.com"))
            #expect(task.errorMessage.contains("comes from registry.example.com"))
            #expect(test.engine.logins.isEmpty && test.engine.lives.isEmpty)
        }
    }
}
