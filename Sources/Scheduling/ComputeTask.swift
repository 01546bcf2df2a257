import Units
import UsageLedger

/// A task as its owner sees it. (*Compute*, because Swift has a `Task` of its own.)
public struct ComputeTask: Sendable {
    public let id: TaskID
    public let account: AccountID
    public let user: UserID
    public var status: TaskStatus
    public var name = ""
    public var tags: [String] = []
    public let createdAt: Instant
    public var updatedAt: Instant
    /// Whether it runs and somebody wants it to end.
    public var isAskedToEnd = false
    /// When it was canceled, or when that was asked for.
    public var canceledAt: Instant?
    public var container: ComputeContainer
    public var errorMessage = ""
    /// What it has left behind.
    public var artifact: TaskArtifact?
    /// The user's own limit; `nil` when there is none, although the platform's holds.
    public var limitSeconds: Int64?

    public init(
        id: TaskID, account: AccountID, user: UserID, status: TaskStatus, createdAt: Instant, updatedAt: Instant,
        canceledAt: Instant?, container: ComputeContainer
    ) {
        self.id = id
        self.account = account
        self.user = user
        self.status = status
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.canceledAt = canceledAt
        self.container = container
    }
}

/// A file that a task has left behind.
public struct TaskArtifact: Hashable, Sendable {
    /// UUID.
    public let id: String
    public let createdAt: Instant
    public let sizeBytes: Int64

    public init(id: String, createdAt: Instant, sizeBytes: Int64) {
        self.id = id
        self.createdAt = createdAt
        self.sizeBytes = sizeBytes
    }
}

/// The one container of a task.
public struct ComputeContainer: Sendable {
    public var plan: PlanID?
    public var image = ""
    public var registry: String?
    public var command: [String] = []
    public var entrypoint: [String] = []
    /// As it was recorded: a sealed text, or an object of texts from an outside feed; `nil` when there is none.
    public var environment: JSONValue?
    /// Objects of the API, or null.
    public var http = JSONValue.null
    public var ssh = JSONValue.null
    /// It is one of our own scheduler's, which has it in hand: `http` is reached through this server.
    public var isInHand = false
    public var exitCode: Int64?
    public var startedAt: Instant?
    public var stoppedAt: Instant?
    /// Whole seconds that it has run, as they are billed, without a shortfall to the plan's minimum; `nil` before it
    /// starts.
    public var executionSeconds: Int64?

    public init(plan: PlanID?) { self.plan = plan }

    /// The port on which it takes HTTP from outside; `nil`: none.
    public var httpPort: Int? { http["port"]?.integer.map(Int.init) }
    /// Where its HTTP begins, with a slash before it.
    public var httpPath: String {
        let path = http["path"]?.string ?? ""
        return path.hasPrefix("/") ? path : "/" + path
    }
}
