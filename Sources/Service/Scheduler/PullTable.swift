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

    private let courses = Mutex<[TaskID: Course]>([:])
    private let figures: PullFigures

    init(figures: PullFigures) { self.figures = figures }

    /// The pull of a task, begun now if it wasn't.
    func course(
        of task: TaskID,
        orBegin pull:
            @escaping @Sendable (@escaping @Sendable (PullProgress) -> Void) async throws ->
            Void, whenOver: @escaping @Sendable () -> Void
    ) -> Course {
        courses.withLock { courses in
            if let known = courses[task] { return known }
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
                    self.courses.withLock { if $0[task] != nil { $0[task] = result } }
                    whenOver()
                })
            courses[task] = running
            return running
        }
    }

    /// Ends a pull that is under way and forgets it.
    func forget(_ task: TaskID) {
        if case .running(let pull) = courses.withLock({ $0.removeValue(forKey: task) }) { pull.cancel() }
    }

    /// Ends all that are under way.
    func cancelAll() {
        for case .running(let pull) in courses.withLock({ Array($0.values) }) { pull.cancel() }
    }

    /// Returns when the task's pull is over.
    func finished(_ task: TaskID) async {
        if case .running(let pull) = courses.withLock({ $0[task] }) { await pull.value }
    }
}
