/// Where a task stands (§1). The raw value is what the API says and what the tables hold.
public enum TaskStatus: String, Hashable, Sendable, CaseIterable {
    /// Asked for; no container has run.
    case waiting
    /// Handed to a machine; its container may still be pulled.
    case running
    case error
    case done
    /// Ended by force.
    case aborted
    case canceled

    /// Whether the task has ended. Only an outside scheduler's new attempt, or a restatement, leads out of it.
    public var isFinal: Bool {
        switch self {
        case .waiting, .running: false
        case .error, .done, .aborted, .canceled: true
        }
    }
}

extension TaskStatus {
    /// What a user's wish to end a task leads to.
    public enum Cancellation: Hashable, Sendable {
        /// No container has run: it is canceled at once.
        case atOnce
        /// Whoever runs it has to stop it; its stop event ends it.
        case whenStopped
        /// It has ended already.
        case refused
    }

    public var cancellation: Cancellation {
        switch self {
        case .waiting: .atOnce
        case .running: .whenStopped
        case .error, .done, .aborted, .canceled: .refused
        }
    }
}
