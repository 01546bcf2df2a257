import Scheduling
import Store
import UsageLedger
import Units

/// What the operator says about tasks.
public struct TaskSettings: Sendable {
    /// No task is billed for longer, whatever its user asks for; `nil` lifts the cap.
    public var capSeconds: Int64? = TaskSubmission.standardLimitSeconds

    public init() {}
}

extension LedgerService {
    /// Records a checked request for a task, which waits from now on. Again, it is another task.
    /// Errors: `secret_key_unusable`, `budget_exceeded`, those of the store.
    public func submit(
        _ submission: TaskSubmission, by credential: Credential, settings: TaskSettings, secrets: SecretCipher
    ) throws -> ComputeTask {
        let id = try TaskID(environment.makeID())
        let event = try event(
            .submitted, task: id,
            submission.eventData(
                account: credential.account, user: credential.user, cap: settings.capSeconds,
                environment: try TaskEnvironment.sealed(submission.container.environment, of: id, secrets)))
        try store.submit(
            event, account: credential.account, plan: submission.container.plan,
            limitSeconds: submission.limitSeconds(cap: settings.capSeconds),
            by: actor(Author(who: credential.user.text)))
        return try store.task(id, account: credential.account, now: environment.now())
    }

    /// Ends a task, or asks for its end; see `LedgerStore.cancel`. Errors, in order: `not_found`, `forbidden` when it
    /// has ended already.
    public func cancelTask(_ id: TaskID, by credential: Credential) throws -> ComputeTask {
        let event = try event(.canceled, task: id, [.init("who", .string(credential.user.text))])
        let change = try store.cancel(
            id, account: credential.account, user: credential.user, with: event,
            by: actor(Author(who: credential.user.text)))
        if case .refused(let status) = change {
            throw ServiceError(
                .forbidden, "the task is \(status.rawValue); only one that waits or runs can be canceled")
        }
        return try store.task(id, account: credential.account, now: environment.now())
    }

    /// Takes a task off its account's list. Errors, in order: `not_found`, `forbidden` while it waits or runs.
    public func deleteTask(_ id: TaskID, by credential: Credential) throws {
        let change = try store.delete(
            id, account: credential.account, user: credential.user, by: actor(Author(who: credential.user.text)))
        if case .refused(let status) = change {
            throw ServiceError(.forbidden, "the task is \(status.rawValue); cancel it, and delete it when it has ended")
        }
    }

    /// An event of our own about a task, in the words of the usage feed.
    private func event(
        _ type: UsageEventType, task: TaskID, _ data: [JSONValue.Member]
    ) throws -> DecodedEvent {
        let event = JSONValue.object([
            .init("id", .string(environment.makeID())), .init("source", .string(Actor.source)),
            .init("type", .string(type.name)), .init("time", .string(environment.now().canonicalText)),
            .init("subject", .string(task.text)), .init("data", .object(data)),
        ])
        return try EventDecoder(maximumBytes: .max).decode(event.canonicalBytes, makeSalt: environment.makeSalt).get()
    }
}

/// A task's environment as the log keeps it: one sealed text, so that neither the database nor its hash tells a secret.
public enum TaskEnvironment {
    /// `nil` for none. Error: `secret_key_unusable`.
    static func sealed(
        _ variables: [EnvironmentVariable], of task: TaskID, _ secrets: SecretCipher
    ) throws -> String? {
        guard !variables.isEmpty else { return nil }
        let object = JSONValue.object(variables.map { .init($0.name, .string($0.value)) })
        return try secrets.seal(object.canonicalText, for: place(task))
    }

    /// An object of names and texts. One that an outside feed recorded is shown as it came, also one from before feeds'
    /// environments were sealed. Error: `secret_key_unusable`.
    public static func opened(of task: ComputeTask, _ secrets: SecretCipher) throws -> JSONValue {
        guard let stored = task.container.environment else { return .object([]) }
        guard let sealed = stored.string else { return stored.members == nil ? .object([]) : stored }
        guard sealed.hasPrefix(SecretCipher.prefix) else { return .object([]) }
        let opened = try JSONValue(parsing: Array(secrets.open(sealed, for: place(task.id)).utf8))
        return opened.members == nil ? .object([]) : opened
    }

    static func place(_ task: TaskID) -> String { "task:\(task):environment" }
}
