import UsageLedger

/// What the engine says of a container that has ended, and who has ended it.
public struct ContainerEnding: Hashable, Sendable {
    /// Who has ended it, other than itself.
    public enum Ender: String, Sendable, CaseIterable {
        case canceled
        case limit
    }

    public var exitCode: Int64?
    /// The system ended it because it wanted more memory than it may have.
    public var wasKilledForMemory = false
    /// The engine's words; empty when nothing went wrong.
    public var message = ""
    public var endedBy: Ender?
    /// What it may have run at most, for the words to its owner.
    public var limitSeconds: Int64?

    public init(exitCode: Int64?) { self.exitCode = exitCode }

    public var outcome: Outcome {
        switch endedBy {
        case .canceled: .canceled
        case .limit: .aborted
        case nil: exitCode == 0 && !wasKilledForMemory ? .done : .error
        }
    }

    /// For the task's owner; empty when all went well.
    public var errorMessage: String {
        switch endedBy {
        case .canceled: return ""
        case .limit:
            let limit = limitSeconds.map { " of \($0) seconds" } ?? ""
            return "ended by force at its time limit\(limit); it isn't billed beyond the limit"
        case nil: break
        }
        if wasKilledForMemory { return "the container wanted more memory than it may have, and was ended" }
        guard outcome == .error else { return "" }
        if !message.isEmpty { return message }
        return exitCode.map { "the container ended with exit code \($0)" } ?? "the container ended without an exit code"
    }
}
