import Synchronization
import Testing

@testable import ContainerEngine

/// An image is pulled once however many ask for it, and never on someone else's password.
@Suite struct PullFlightTests {
    /// A pull that ends when it is told to.
    private final class Registry: Sendable {
        let pulls = Mutex(0)
        let said = Mutex<[String]>([])
        let begun = AsyncStream<Int>.makeStream()
        private let end = Mutex<[CheckedContinuation<Void, Never>]>([])

        func pull(_ progress: PullFlights.Progress) async throws(EngineError) {
            let number = pulls.withLock { count in
                count += 1
                return count
            }
            progress(PullProgress(status: "pull \(number)"))
            await withCheckedContinuation { continuation in
                end.withLock { $0.append(continuation) }
                begun.continuation.yield(number)
            }
            if number == 3 { throw EngineError(.imageNotFound, "pull \(number)") }
        }

        func endOne() { end.withLock { $0.removeFirst() }.resume() }
    }

    private static let alice = RegistryLogin(server: "r", username: "alice", password: "a")

    @Test func oneLoginOnePullAndAnotherLoginAfterIt() async throws {
        let (flights, registry) = (PullFlights(), Registry())
        var begun = registry.begun.stream.makeAsyncIterator()
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await flights.run(
                    "x", login: nil, progress: { line in registry.said.withLock { $0.append(line.status) } },
                    registry.pull)
            }
            #expect(await begun.next() == 1)
            for _ in 0..<5 {
                group.addTask { try await flights.run("x", login: nil, progress: { _ in }, registry.pull) }
            }
            group.addTask { try await flights.run("x", login: Self.alice, progress: { _ in }, registry.pull) }
            group.addTask { try await flights.run("y", login: nil, progress: { _ in }, registry.pull) }
            // Another image waits for nobody.
            #expect(await begun.next() == 2)
            #expect(flights.count == 2)
            while flights.waiting("x") < 7 { await Task.yield() }
            registry.endOne()
            // Alice's, which fails in the registry.
            #expect(await begun.next() == 3)
            registry.endOne()
            registry.endOne()
            var failures = 0
            while let result = await group.nextResult() {
                if case .failure(let error) = result {
                    failures += 1
                    #expect((error as? EngineError)?.code == .imageNotFound)
                }
            }
            #expect(failures == 1)
        }
        #expect(registry.pulls.withLock { $0 } == 3)
        #expect(registry.said.withLock { $0 } == ["pull 1"])
        #expect(flights.count == 0)
    }

    @Test func whoGivesUpDoesNotWaitAndWhoComesThenBeginsAnew() async throws {
        let (flights, registry) = (PullFlights(), Registry())
        var begun = registry.begun.stream.makeAsyncIterator()
        let first = Task { try await flights.run("x", login: nil, progress: { _ in }, registry.pull) }
        #expect(await begun.next() == 1)
        first.cancel()
        let error = await #expect(throws: EngineError.self) { try await first.value }
        #expect(error?.code == .refused)
        // The registry has not noticed yet.
        #expect(flights.count == 1)
        let second = Task { try await flights.run("x", login: nil, progress: { _ in }, registry.pull) }
        while flights.waiting("x") < 1 { await Task.yield() }
        registry.endOne()
        #expect(await begun.next() == 2)
        registry.endOne()
        try await second.value
        #expect(registry.pulls.withLock { $0 } == 2)
    }
}
