/// The little Markdown that descriptions use, as HTML: paragraphs, lists with dashes, `code` and **bold**. All of it is
/// escaped first.
enum DocsProse {
    static func html(_ text: String) -> String {
        var html = ""
        for block in text.split(separator: "\n\n") {
            let items = block.split(separator: "\n- ", omittingEmptySubsequences: true)
            if block.hasPrefix("- ") {
                let lines = items.enumerated().map { $0.offset == 0 ? $0.element.dropFirst(2) : $0.element }
                html += "<ul>" + lines.map { "<li>\(inline(String($0)))</li>" }.joined() + "</ul>"
            } else {
                html += "<p>\(inline(String(block)))</p>"
            }
        }
        return html
    }

    /// Of one paragraph.
    static func inline(_ text: String) -> String {
        paired(paired(escaped(text), sign: "`", tag: "code"), sign: "**", tag: "strong")
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }

    /// A sign without its partner stays as it is.
    private static func paired(_ text: String, sign: String, tag: String) -> String {
        let parts = text.split(separator: sign, omittingEmptySubsequences: false)
        guard parts.count > 1 else { return text }
        return parts.enumerated().reduce(into: "") { html, part in
            switch (part.offset, part.offset % 2) {
            case (0, _): html += part.element
            case (parts.count - 1, 1): html += sign + part.element
            case (_, 1): html += "<\(tag)>\(part.element)"
            default: html += "</\(tag)>\(part.element)"
            }
        }
    }
}
