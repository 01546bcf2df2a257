import Store
import UsageLedger
import Units

/// A link to a task's file that whoever has it may follow until it expires: what it names is signed.
public struct DownloadLink: Hashable, Sendable {
    public static let lifetimeSeconds: Int64 = 600

    public let kind: TaskFiles.Kind
    public let task: TaskID
    /// What it is saved as: one part of a path.
    public let filename: String
    /// Seconds since 1970.
    public let expiresAt: Int64

    public init(_ kind: TaskFiles.Kind, of task: TaskID, filename: String, expiresAt: Int64) {
        self.kind = kind
        self.task = task
        self.filename = filename
        self.expiresAt = expiresAt
    }

    private var text: String { "\(kind.rawValue)\n\(task)\n\(filename)\n\(expiresAt)" }

    /// Error: `secret_key_unusable`.
    public func signature(_ secrets: SecretCipher) throws -> String { try secrets.sign(text) }

    /// Errors, in order: `forbidden` for another signature, `not_found` when it has expired.
    public func check(_ signature: String, _ secrets: SecretCipher, now: Instant) throws {
        guard try secrets.isRight(signature, of: text) else {
            throw ServiceError(.forbidden, "the link isn't one of ours, or was changed; ask for another")
        }
        guard now.nanoseconds < expiresAt * 1_000_000_000 else {
            throw ServiceError(.notFound, "the link has expired; ask for another")
        }
    }
}
