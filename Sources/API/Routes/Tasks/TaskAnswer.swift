import Scheduling
import Service
import UsageLedger
import Units

/// A task as the page shows it ("Task out", "Container out").
enum TaskAnswer {
    /// Error: `secret_key_unusable`.
    /// - Parameters:
    ///   - links: where tasks are reached.
    ///   - carriesArtifact: whether its artifact is shown, if it has one.
    static func json(
        _ task: ComputeTask, secrets: SecretCipher, links: TaskLinks, carriesArtifact: Bool = true
    ) throws -> JSONValue {
        let artifact = carriesArtifact ? task.artifact : nil
        return .object([
            .init("id", .string(task.id.text)), .init("name", .string(task.name)),
            .init("created_at", .string(task.createdAt.description)),
            .init("updated_at", .string(task.updatedAt.description)),
            .init("canceled_at", instant(task.canceledAt)), .init("http_uri", try links.httpURI(of: task, secrets)),
            .init("containers", .array([try container(task, secrets)])), .init("status", .string(task.status.rawValue)),
            .init("tags", texts(task.tags)), .init("error_message", .string(task.errorMessage)),
            .init("artifact", artifact.map { ArtifactAnswer.json($0, of: task.id) } ?? .null),
            .init("execution_time_limit_sec", task.limitSeconds.map(JSONValue.integer) ?? .null),
        ])
    }

    private static func container(_ task: ComputeTask, _ secrets: SecretCipher) throws -> JSONValue {
        let container = task.container
        return .object([
            .init("index", .integer(0)), .init("image", .string(container.image)),
            .init("registry", container.registry.map(JSONValue.string) ?? .null),
            .init("command", texts(container.command)), .init("entrypoint", texts(container.entrypoint)),
            .init("environment", try TaskEnvironment.opened(of: task, secrets)), .init("http", container.http),
            .init("ssh", container.ssh), .init("plan", .string(container.plan?.text ?? "")),
            .init("exit_code", container.exitCode.map(JSONValue.integer) ?? .null),
            .init("execution_seconds", container.executionSeconds.map(JSONValue.integer) ?? .null),
            .init("start_at", instant(container.startedAt)), .init("stop_at", instant(container.stoppedAt)),
        ])
    }

    private static func instant(_ instant: Instant?) -> JSONValue { instant.map { .string($0.description) } ?? .null }
    private static func texts(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
}
