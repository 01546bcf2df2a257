import Units

/// 16 random bytes, made by the shell, that keep a person's words from being guessed from their hash.
public typealias Salt = [UInt8]

/// A person's words or secret of one event (§3): kept in a side row that can be erased; the body holds only its salted
/// hash.
public struct PrivateText: Hashable, Sendable {
    /// Key inside `data`, for example `name`.
    public let field: String
    /// Canonical JSON (RFC 8785) of the value.
    public let canonicalText: [UInt8]
    public let salt: Salt
    /// Where the 64 hexadecimal digits of SHA-256(salt ‖ canonical text) stand in the body.
    public let digestOffset: Int

    public init(field: String, canonicalText: [UInt8], salt: Salt, digestOffset: Int) {
        self.field = field
        self.canonicalText = canonicalText
        self.salt = salt
        self.digestOffset = digestOffset
    }
}

/// One event of the usage feed, read and checked, not yet recorded.
public struct DecodedEvent: Sendable {
    public let task: TaskID
    public let fact: UsageFact
    /// Canonical body: RFC 8785 JSON of the sender's attributes and data, instants in UTC with nine digits.
    public let body: [UInt8]
    /// SHA-256(0x00 ‖ body), RFC 6962: 32 bytes.
    public let leafHash: [UInt8]
    public let privateTexts: [PrivateText]

    public init(task: TaskID, fact: UsageFact, body: [UInt8], leafHash: [UInt8], privateTexts: [PrivateText]) {
        self.task = task
        self.fact = fact
        self.body = body
        self.leafHash = leafHash
        self.privateTexts = privateTexts
    }
}

/// Why an event can't be taken. Nothing of it is recorded.
public struct EventError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        case invalidJSON = "invalid_json"
        case duplicateKey = "duplicate_key"
        case tooLarge = "too_large"
        case missingField = "missing_field"
        case invalidField = "invalid_field"
        case unknownType = "unknown_type"
        case instantOutOfRange = "instant_out_of_range"
        case instantInFuture = "instant_in_future"
        case invalidRow = "invalid_row"
        case notAGPUJob = "not_a_gpu_job"
        case unreadableInput = "unreadable_input"
        /// A secret of the event can't be encrypted.
        case secretKeyUnusable = "secret_key_unusable"
    }

    public let code: Code
    /// The attribute or `data.` key at fault, empty when it is the whole event.
    public let field: String
    public let message: String

    public init(_ code: Code, field: String = "", _ message: String) {
        self.code = code
        self.field = field
        self.message = message
    }

    public var description: String { message }
}
