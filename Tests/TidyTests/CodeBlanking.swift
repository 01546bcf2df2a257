/// Puts blanks in the place of comments and of the letters of strings. Code between `\(` and `)` in a string stays.
/// Lines keep their numbers.
struct CodeBlanking {
    private var input: [UInt8]
    private var output: [UInt8]
    private var index = 0

    init(_ text: String) {
        input = Array(text.utf8)
        output = input
    }

    consuming func result() -> String {
        var copy = self
        copy.code(untilParenthesis: false)
        return String(decoding: copy.output, as: UTF8.self)
    }

    private static let quote = UInt8(ascii: "\"")
    private static let newline = UInt8(ascii: "\n")

    private func starts(_ text: StaticString, at place: Int) -> Bool {
        let end = place + text.utf8CodeUnitCount
        guard end <= input.count else { return false }
        return text.withUTF8Buffer { input[place..<end].elementsEqual($0) }
    }

    private mutating func blank(_ count: Int) {
        for _ in 0..<count where index < input.count {
            if input[index] != Self.newline { output[index] = UInt8(ascii: " ") }
            index += 1
        }
    }

    private mutating func code(untilParenthesis: Bool) {
        var depth = 0
        while index < input.count {
            if starts("//", at: index) {
                while index < input.count, input[index] != Self.newline { blank(1) }
            } else if starts("/*", at: index) {
                blockComment()
            } else if let fence = stringStart() {
                string(fence: fence)
            } else {
                if input[index] == UInt8(ascii: "(") { depth += 1 }
                if input[index] == UInt8(ascii: ")") { depth -= 1 }
                index += 1
                if untilParenthesis, depth < 0 { return }
            }
        }
    }

    private mutating func blockComment() {
        var depth = 0
        repeat {
            if starts("/*", at: index) {
                depth += 1
                blank(2)
            } else if starts("*/", at: index) {
                depth -= 1
                blank(2)
            } else {
                blank(1)
            }
        } while depth > 0 && index < input.count
    }

    /// Number of `#` before the quote if a string starts here.
    private func stringStart() -> Int? {
        var place = index
        while place < input.count, input[place] == UInt8(ascii: "#") { place += 1 }
        return place < input.count && input[place] == Self.quote ? place - index : nil
    }

    private mutating func string(fence: Int) {
        index += fence
        let quotes = starts("\"\"\"", at: index) ? 3 : 1
        index += quotes
        while index < input.count {
            if input[index] == UInt8(ascii: "\\"), isFence(at: index + 1, fence) {
                blank(1 + fence)
                if index < input.count, input[index] == UInt8(ascii: "(") {
                    index += 1
                    code(untilParenthesis: true)
                } else {
                    blank(1)
                }
            } else if isEnd(quotes: quotes, fence: fence) {
                index += quotes + fence
                return
            } else if quotes == 1, input[index] == Self.newline {
                return
            } else {
                blank(1)
            }
        }
    }

    private func isFence(at place: Int, _ count: Int) -> Bool {
        place + count <= input.count && input[place..<place + count].allSatisfy { $0 == UInt8(ascii: "#") }
    }

    private func isEnd(quotes: Int, fence: Int) -> Bool {
        guard index + quotes + fence <= input.count else { return false }
        return input[index..<index + quotes].allSatisfy { $0 == Self.quote } && isFence(at: index + quotes, fence)
    }
}
