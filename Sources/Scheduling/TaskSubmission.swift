import Units
import UsageLedger

/// What a user asks for: a checked request for a task.
public struct TaskSubmission: Hashable, Sendable {
    public static let limitSeconds: ClosedRange<Int64> = 600...1_728_000
    /// 20 days: the limit of a request that names none, and the platform's cap unless the operator lifts it.
    public static let standardLimitSeconds: Int64 = 1_728_000

    public let name: String
    public let tags: [String]
    public let container: SubmittedContainer
    /// The user's own limit; `nil` when the request says null.
    public let ownLimitSeconds: Int64?

    /// The limit that is billed by: the user's own, and never more than the platform's cap (`nil`: lifted).
    public func limitSeconds(cap: Int64?) -> Int64? {
        guard let ownLimitSeconds else { return cap }
        return cap.map { min(ownLimitSeconds, $0) } ?? ownLimitSeconds
    }

    /// The fields of a `task.submitted` event.
    /// - Parameter environment: sealed; `nil` when there is none.
    public func eventData(
        account: AccountID, user: UserID, cap: Int64?, environment: String?
    ) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = [
            .init("account", .string(account.text)), .init("user", .string(user.text)),
            .init("plan", .string(container.plan.text)), .init("name", .string(name)),
            .init("tags", .array(tags.map(JSONValue.string))), .init("image", .string(container.image)),
            .init("command", .array(container.command.map(JSONValue.string))),
            .init("entrypoint", .array(container.entrypoint.map(JSONValue.string))),
            .init("registry", container.registry.map(JSONValue.string) ?? .null), .init("http", container.http),
            .init("ssh", container.ssh),
            .init("execution_time_limit_sec", limitSeconds(cap: cap).map(JSONValue.integer) ?? .null),
            .init("requested_execution_time_limit_sec", ownLimitSeconds.map(JSONValue.integer) ?? .null),
        ]
        if let environment { members.append(.init("environment", .string(environment))) }
        return members
    }
}

/// The container that a user asks for.
public struct SubmittedContainer: Hashable, Sendable {
    public var plan: PlanID
    public var image: String
    public var registry: String?
    public var command: [String]
    public var entrypoint: [String]
    /// In the order of the request.
    public var environment: [EnvironmentVariable]
    /// `{port, path}` or null.
    public var http: JSONValue
    /// `{shell, port}` or null.
    public var ssh: JSONValue
}

public struct EnvironmentVariable: Hashable, Sendable {
    public let name: String
    public let value: String
}
