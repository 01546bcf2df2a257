import Synchronization

/// One pull of an image at a time on a host: who asks for the same with the same login waits for it, who has another
/// login comes after it, so that nobody gets an image by someone else's password. A pull ends when nobody waits any
/// more.
final class PullFlights: Sendable {
    typealias Progress = @Sendable (PullProgress) -> Void
    typealias Pull = @Sendable (_ progress: @escaping Progress) async throws(EngineError) -> Void

    private struct Waiter {
        let continuation: CheckedContinuation<Result<Bool, EngineError>, Never>
        /// `nil`: has another login, only waits for the end.
        let progress: Progress?
    }

    private struct Flight {
        let login: RegistryLogin?
        var waiters: [Int: Waiter] = [:]
        var task: Task<Void, Never>?
        /// Nobody waited for it any more: who comes now begins anew after it.
        var isGivenUp = false
    }

    private struct State {
        var flights: [String: Flight] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    /// How many images are being pulled.
    var count: Int { state.withLock(\.flights.count) }

    /// How many wait for an image.
    func waiting(_ image: String) -> Int { state.withLock { $0.flights[image]?.waiters.count ?? 0 } }

    /// Errors: those of the pull; `refused` when the caller was cancelled.
    func run(
        _ image: String, login: RegistryLogin?, progress: @escaping Progress, _ pull: @escaping Pull
    ) async throws(EngineError) {
        while try await !join(image, login, progress, pull).get() {}
    }

    /// True: pulled. False: someone else's pull has ended, try again.
    private func join(
        _ image: String, _ login: RegistryLogin?, _ progress: @escaping Progress, _ pull: @escaping Pull
    ) async -> Result<Bool, EngineError> {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enter(image, login, number, continuation, progress, pull)
            }
        } onCancel: {
            leave(image, number)
        }
    }

    private func enter(
        _ image: String, _ login: RegistryLogin?, _ number: Int,
        _ continuation: CheckedContinuation<Result<Bool, EngineError>, Never>, _ progress: @escaping Progress,
        _ pull: @escaping Pull
    ) {
        state.withLock { state in
            var flight = state.flights[image] ?? Flight(login: login)
            flight.waiters[number] = Waiter(
                continuation: continuation,
                progress: flight.login == login && !flight.isGivenUp ? progress : nil)
            if flight.task == nil { flight.task = Task { await fly(image, pull) } }
            state.flights[image] = flight
        }
        // Cancelled before it had entered: nobody else would say so.
        if Task.isCancelled { leave(image, number) }
    }

    private func leave(_ image: String, _ number: Int) {
        let left = state.withLock { state -> Waiter? in
            guard let waiter = state.flights[image]?.waiters.removeValue(forKey: number) else { return nil }
            if state.flights[image]?.waiters.values.contains(where: { $0.progress != nil }) == false {
                state.flights[image]?.isGivenUp = true
                state.flights[image]?.task?.cancel()
            }
            return waiter
        }
        left?.continuation.resume(returning: .failure(EngineError(.refused, "the pull of \(image) was given up")))
    }

    private func fly(_ image: String, _ pull: Pull) async {
        let result: Result<Bool, EngineError>
        do throws(EngineError) {
            try await pull { said in self.tell(image, said) }
            result = .success(true)
        } catch {
            result = .failure(error)
        }
        let flight = state.withLock { $0.flights.removeValue(forKey: image) }
        for waiter in (flight?.waiters ?? [:]).values {
            waiter.continuation.resume(returning: waiter.progress == nil ? .success(false) : result)
        }
    }

    private func tell(_ image: String, _ said: PullProgress) {
        let listeners = state.withLock { $0.flights[image]?.waiters.values.compactMap(\.progress) ?? [] }
        for listener in listeners { listener(said) }
    }
}
