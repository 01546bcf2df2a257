/// An element of an XML document that is written, never read.
struct XMLNode {
    let name: String
    let attributes: [(name: String, value: String)]
    let text: String
    let children: [XMLNode]

    /// An element that holds others. Those without content are left out: no element is ever empty.
    init(_ name: String, _ children: [XMLNode?]) {
        self.name = name
        attributes = []
        text = ""
        self.children = children.compactMap { $0 }.filter { !$0.text.isEmpty || !$0.children.isEmpty }
    }

    /// An element with text.
    init(_ name: String, _ text: String, _ attributes: [(name: String, value: String)] = []) {
        self.name = name
        self.attributes = attributes
        self.text = Self.allowed(text)
        children = []
    }

    /// The document with its declaration, two spaces a level.
    /// - Parameter namespaces: attributes of the root.
    func document(namespaces: [(name: String, value: String)]) -> String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        write(indent: "", more: namespaces, into: &text)
        return text
    }

    private func write(indent: String, more: [(name: String, value: String)] = [], into output: inout String) {
        output += indent + "<" + name
        for attribute in more + attributes { output += " \(attribute.name)=\"\(Self.escaped(attribute.value))\"" }
        guard !children.isEmpty else {
            output += ">\(Self.escaped(text))</\(name)>\n"
            return
        }
        output += ">\n"
        for child in children { child.write(indent: indent + "  ", into: &output) }
        output += "\(indent)</\(name)>\n"
    }

    /// Characters that XML 1.0 doesn't know are replaced.
    private static func allowed(_ text: String) -> String {
        var allowed = ""
        for scalar in text.printable.unicodeScalars {
            allowed.unicodeScalars.append(scalar.value == 0xFFFE || scalar.value == 0xFFFF ? "\u{FFFD}" : scalar)
        }
        return allowed
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
