/// Why a document can't be printed.
public struct PrintError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable names.
    public enum Code: String, Sendable, CaseIterable {
        /// A font of the template isn't installed.
        case fontsMissing = "fonts_missing"
        /// A font is installed in another version than the template's.
        case fontsDiffer = "fonts_differ"
        /// The document was issued with a look that this program doesn't draw.
        case templateUnknown = "template_unknown"
        /// The drawing library says why.
        case cannotPrint = "cannot_print"
    }

    public let code: Code
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
