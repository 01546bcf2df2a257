/// An identifier given from outside. Two are equal when their UTF-8 bytes are, and they are ordered by those bytes.
public protocol Identifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    var text: String { get }
}

extension Identifier {
    public static func == (left: Self, right: Self) -> Bool { left.text.hasSameBytes(as: right.text) }
    public static func < (left: Self, right: Self) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
    public var description: String { text }
}

/// Who is billed: 1–64 characters of A–Z a–z 0–9 `.` `_` `-`.
public struct AccountID: Identifier {
    public let text: String

    // ASCII only, so that the standard order is the order of the bytes.
    public static func == (left: AccountID, right: AccountID) -> Bool { left.text == right.text }
    public static func < (left: AccountID, right: AccountID) -> Bool { left.text < right.text }

    /// Error: `invalid_identifier`.
    public init(_ text: String) throws(UnitError) {
        self.text = try checkName(text, what: "account")
    }
}

/// What a task runs on: 1–64 characters of A–Z a–z 0–9 `.` `_` `-`.
public struct PlanID: Identifier {
    public let text: String

    // ASCII only, so that the standard order is the order of the bytes.
    public static func == (left: PlanID, right: PlanID) -> Bool { left.text == right.text }
    public static func < (left: PlanID, right: PlanID) -> Bool { left.text < right.text }

    /// Error: `invalid_identifier`.
    public init(_ text: String) throws(UnitError) {
        self.text = try checkName(text, what: "plan")
    }
}

/// A task: 1–128 characters, none of them a control character.
public struct TaskID: Identifier {
    public let text: String

    /// Error: `invalid_identifier`.
    public init(_ text: String) throws(UnitError) {
        self.text = try checkText(text, what: "task", maximumCharacters: 128)
    }
}

/// A person or key of an account: 0–128 characters, none of them a control character; empty when no event names one.
public struct UserID: Identifier {
    public let text: String

    public static let unnamed = UserID(trusted: "")

    private init(trusted text: String) { self.text = text }

    /// Error: `invalid_identifier`.
    public init(_ text: String) throws(UnitError) {
        self.text = text.isEmpty ? "" : try checkText(text, what: "user", maximumCharacters: 128)
    }
}

private func checkName(_ text: String, what: String) throws(UnitError) -> String {
    let allowed = text.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
    guard allowed, (1...64).contains(text.utf8.count) else {
        throw UnitError(
            .invalidIdentifier,
            "\(what) '\(text.prefix(70))' is not 1–64 characters of A–Z a–z 0–9 . _ -; choose another id")
    }
    return text
}

private func checkText(_ text: String, what: String, maximumCharacters: Int) throws(UnitError) -> String {
    let clean = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    // Every character has at least one byte, so the byte count settles most cases without counting characters.
    guard clean, !text.isEmpty, text.utf8.count <= maximumCharacters || text.unicodeScalars.count <= maximumCharacters
    else {
        throw UnitError(
            .invalidIdentifier,
            "\(what) '\(text.prefix(70))' is not 1–\(maximumCharacters) characters without control characters")
    }
    return text
}
