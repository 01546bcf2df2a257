import UsageLedger
import Units

/// The name under which a task's HTTP is reached: 56 hexadecimal digits, a label of a host name (RFC 1035: at most 63).
/// The first 32 are the task's id, the others are signed: nobody guesses it, and nothing has to be kept.
public struct TaskHostLabel: Hashable, Sendable {
    public let text: String

    private static let signatureDigits = 24

    /// `nil` for a task whose id is no UUID: only tasks from elsewhere. Error: `secret_key_unusable`.
    public init?(of task: TaskID, _ secrets: SecretCipher) throws {
        let digits = task.text.utf8.filter { $0 != UInt8(ascii: "-") }
        guard let known = Self.task(digits), known == task else { return nil }
        text = String(decoding: digits, as: UTF8.self) + String(try Self.signature(of: task, secrets))
    }

    /// The task that a label names; `nil` for one that isn't ours. Error: `secret_key_unusable`.
    public static func task(of text: String, _ secrets: SecretCipher) throws -> TaskID? {
        // Host names know no capitals.
        let text = text.lowercased()
        guard text.utf8.count == 32 + signatureDigits, let task = task(Array(text.utf8.prefix(32))) else { return nil }
        return try secrets.isRight(
            String(text.dropFirst(32)), of: words(task), digits: signatureDigits) ? task : nil
    }

    private static func signature(of task: TaskID, _ secrets: SecretCipher) throws -> Substring {
        try secrets.sign(words(task)).prefix(signatureDigits)
    }

    private static func words(_ task: TaskID) -> String { "http\n\(task)" }

    /// 8-4-4-4-12, in small letters.
    private static func task(_ digits: [UInt8]) -> TaskID? {
        let isHexadecimal = digits.allSatisfy {
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
        }
        guard digits.count == 32, isHexadecimal else { return nil }
        var (rest, parts): (ArraySlice<UInt8>, [String]) = (digits[...], [])
        for length in [8, 4, 4, 4, 12] {
            parts.append(String(decoding: rest.prefix(length), as: UTF8.self))
            rest = rest.dropFirst(length)
        }
        return try? TaskID(parts.joined(separator: "-"))
    }
}
