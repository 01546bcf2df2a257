import UsageLedger

/// The look of printed documents: a layout with its fonts and their versions. Which one a document was issued with is
/// recorded with it, so that an old one looks the same for ever; a change that can be seen is a new template.
public struct PrintTemplate: Hashable, Sendable {
    public let number: Int64
    /// Names with versions, as the fonts themselves tell them.
    public let fonts: [String]

    /// What documents are issued with now.
    public static let current = first

    /// What the event of an issue tells of it.
    public var members: [JSONValue.Member] {
        [.init("template", .integer(number)), .init("fonts", .array(fonts.map { .string($0) }))]
    }

    /// Reads what an issue tells. The first documents were issued before it was told: with template 1.
    public init(issued data: JSONValue?) {
        guard let number = data?["template"]?.integer else {
            self = Self.first
            return
        }
        self.init(number: number, fonts: data?["fonts"]?.array?.compactMap(\.string) ?? [])
    }

    private static let first = PrintTemplate(number: 1, fonts: ["BIZ UDGothic 1.05", "IPAmjMincho 5.01"])

    private init(number: Int64, fonts: [String]) {
        self.number = number
        self.fonts = fonts
    }
}
