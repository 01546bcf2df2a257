import ContainerEngine
import Synchronization
import Units

/// Pulls that are under way or over, by task: a slow one holds up nothing else.
final class PullTable: Sendable {
    enum Course: Sendable {
        case running(Task<Void, Never>)
        case done
        case failed(EngineError)

        /// How one that is over is counted; one that failed because it was cancelled was given up.
        fileprivate var figure: PullFigures.Result {
            guard case .failed = self else { return .done }
            return Task.isCancelled ? .givenUp : .failed
        }
    }

    private struct Entry {
        let host: String
        /// Tells it from an earlier one of the same task.
        let number: Int
        var course: Course
    }

    private struct State {
        var entries: [TaskID: Entry] = [:]
        var nextNumber = 0
    }

    private let state = Mutex(State())
    private let figures: PullFigures

    init(figures: PullFigures) { self.figures = figures }

    /// The pull of a task's image to a host, begun now if it wasn't. One to another host is ended: the task was moved.
    func course(
        of task: TaskID, on host: String,
        orBegin pull:
            @escaping @Sendable (@escaping @Sendable (PullProgress) -> Void) async throws ->
            Void, whenOver: @escaping @Sendable () -> Void
    ) -> Course {
        state.withLock { state in
            if let known = state.entries[task] {
                if known.host == host { return known.course }
                if case .running(let pull) = known.course { pull.cancel() }
            }
            state.nextNumber += 1
            let entry = state.nextNumber
            let running = Course.running(
                Task { [figures] in
                    let number = figures.begin()
                    let result: Course
                    do {
                        try await pull { step in figures.note(step, of: number) }
                        result = .done
                    } catch let error as EngineError {
                        result = .failed(error)
                    } catch {
                        result = .failed(EngineError(.badAnswer, "\(error)"))
                    }
                    figures.end(number, result.figure)
                    self.state.withLock { if $0.entries[task]?.number == entry { $0.entries[task]?.course = result } }
                    whenOver()
                })
            state.entries[task] = Entry(host: host, number: entry, course: running)
            return running
        }
    }

    /// Ends a pull that is under way and forgets it.
    func forget(_ task: TaskID) {
        if case .running(let pull) = state.withLock({ $0.entries.removeValue(forKey: task)?.course }) { pull.cancel() }
    }

    /// Ends all that are under way.
    func cancelAll() {
        for case .running(let pull) in state.withLock({ $0.entries.values.map(\.course) }) { pull.cancel() }
    }

    /// Returns when the task's pull is over.
    func finished(_ task: TaskID) async {
        if case .running(let pull) = state.withLock({ $0.entries[task]?.course }) { await pull.value }
    }
}
