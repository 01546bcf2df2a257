import ContainerEngine
import Synchronization
import Units

/// Pulls that are under way or over, by task: a slow one holds up nothing else.
final class PullTable: Sendable {
    enum Course: Sendable {
        case running(Task<Void, Never>)
        case done
        case failed(EngineError)
    }

    private let courses = Mutex<[TaskID: Course]>([:])
    private let progress = Mutex<[TaskID: PullProgress]>([:])

    /// How far a task's pull has come; `nil` when the engine hasn't said anything.
    func progress(of task: TaskID) -> PullProgress? { progress.withLock { $0[task] } }

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
                Task {
                    let result: Course
                    do {
                        try await pull { step in self.progress.withLock { $0[task] = step } }
                        result = .done
                    } catch let error as EngineError {
                        result = .failed(error)
                    } catch {
                        result = .failed(EngineError(.badAnswer, "\(error)"))
                    }
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
        progress.withLock { $0[task] = nil }
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
