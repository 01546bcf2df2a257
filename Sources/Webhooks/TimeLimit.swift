import Foundation
import Synchronization

/// Ends what takes too long.
enum TimeLimit {
    /// What the body gives, or `nil` when the time is over first; then the body is cancelled and nobody waits for it.
    static func run<Value: Sendable>(
        milliseconds: Int, _ body: @escaping @Sendable () async -> Value
    ) async -> Value? {
        let race = Race<Value>()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                race.begin(continuation)
                race.runner = Task { race.finish(await body()) }
                DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { race.finish(nil) }
            }
        } onCancel: {
            race.finish(nil)
        }
    }
}

/// Whoever comes first answers.
private final class Race<Value: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Value?, Never>?
        var isOver = false
        var runner: Task<Void, Never>?
    }

    private let state = Mutex(State())

    var runner: Task<Void, Never>? {
        get { state.withLock { $0.runner } }
        set {
            let isOver = state.withLock { state in
                state.runner = newValue
                return state.isOver
            }
            if isOver { newValue?.cancel() }
        }
    }

    func begin(_ continuation: CheckedContinuation<Value?, Never>) {
        let isOver = state.withLock { state in
            if !state.isOver { state.continuation = continuation }
            return state.isOver
        }
        if isOver { continuation.resume(returning: nil) }
    }

    func finish(_ value: Value?) {
        let (waiting, runner) = state.withLock { state in
            defer { (state.continuation, state.isOver) = (nil, true) }
            return (state.continuation, state.runner)
        }
        waiting?.resume(returning: value)
        if value == nil { runner?.cancel() }
    }
}
