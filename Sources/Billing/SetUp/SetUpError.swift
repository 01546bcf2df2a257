/// An entry of a set-up file that can't be applied. Nothing of the file is applied then.
public struct SetUpError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        case invalidFile = "invalid_set_up_file"
        case unknownKey = "unknown_key"
        case invalidValue = "invalid_value"
        case priceIsUsed = "price_is_used"
        case pricesShareADay = "prices_share_a_day"
        /// A new price would reach days whose use stands on an issued document.
        case daysAreInvoiced = "days_are_invoiced"
        case planIsUsed = "plan_is_used"
        case unknownReference = "unknown_reference"
    }

    public let code: Code
    /// 1-based line of the file; 0 when it concerns the whole file.
    public let line: Int
    /// The entry's key that is at fault, for example `users[1]`; empty when it is none alone.
    public let field: String
    public let message: String

    public init(_ code: Code, line: Int, field: String = "", _ message: String) {
        self.code = code
        self.line = line
        self.field = field
        self.message = message
    }

    public var description: String { line > 0 ? "line \(line): \(message)" : message }
}

/// Everything that is wrong with a set-up file, by line. Never empty.
public struct SetUpErrors: Error, Hashable, Sendable, CustomStringConvertible {
    public let errors: [SetUpError]

    /// - Precondition: there is an error.
    public init(_ errors: [SetUpError]) {
        precondition(!errors.isEmpty, "a refused set-up file has an error")
        self.errors = errors.enumerated()
            .sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
            .map(\.element)
    }

    /// The code of the first error, which decides the exit status.
    public var code: SetUpError.Code { errors[0].code }
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}

/// Something in a set-up file that is applied as it stands but looks like a mistake.
public struct SetUpWarning: Hashable, Sendable, CustomStringConvertible {
    public let line: Int
    public let message: String

    public init(line: Int, _ message: String) {
        self.line = line
        self.message = message
    }

    public var description: String { line > 0 ? "line \(line): \(message)" : message }
}
