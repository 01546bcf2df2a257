import ContainerEngine
import UsageLedger
import Units

/// Lets whoever has it open the live log of one task, until it expires: `{seconds since 1970}.{signature}`.
public struct StreamToken: Sendable {
    public static let lifetimeSeconds: Int64 = 600

    /// Error: `secret_key_unusable`.
    public static func make(for task: TaskID, _ secrets: SecretCipher, now: Instant) throws -> String {
        let expiresAt = now.nanoseconds / 1_000_000_000 + lifetimeSeconds
        return "\(expiresAt).\(try secrets.sign(words(task, expiresAt)))"
    }

    /// Errors: `unauthorized` for one that isn't ours, is another task's or has expired; `secret_key_unusable`.
    public static func check(_ token: String, for task: TaskID, _ secrets: SecretCipher, now: Instant) throws {
        let parts = token.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let expiresAt = Int64(parts[0]), String(expiresAt) == parts[0],
            try secrets.isRight(String(parts[1]), of: words(task, expiresAt)),
            now.nanoseconds / 1_000_000_000 < expiresAt
        else {
            throw ServiceError(.unauthorized, "no valid token: send `Authorization: Bearer` with a fresh one")
        }
    }

    private static func words(_ task: TaskID, _ expiresAt: Int64) -> String { "stream\n\(task)\n\(expiresAt)" }
}

extension ServedLedger {
    /// What a running task has written and goes on to write, until it ends. Errors: `forbidden` for a task that isn't
    /// running in a container of ours, those of the engine.
    public func liveLogs(of task: TaskID) async throws -> AsyncThrowingStream<LogFrame, any Error> {
        let container = try await readers.read { try $0.store.container(of: task) }
        guard let container, container.phase == .running, let host = engines.host(container.host) else {
            throw ServiceError(.forbidden, "task is not running")
        }
        do {
            return try await host.logs(container.name, follow: true)
        } catch  where error.code == .noSuchContainer {
            throw ServiceError(.forbidden, "task is not running")
        }
    }
}
