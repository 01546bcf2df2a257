/// Lengths: what fits on a screen is read.
enum SizeRules {
    static let columnsMax = 120
    static let fileLinesMax = 400
    static let functionLinesMax = 60

    static func longLines(in file: SourceText) -> [Finding] {
        file.lines.enumerated().compactMap { index, line in
            line.count > columnsMax ? Finding(file, index + 1, "\(line.count) columns, \(columnsMax) at most") : nil
        }
    }

    static func longFile(_ file: SourceText) -> Finding? {
        file.length > fileLinesMax ? Finding(file, 1, "\(file.length) lines, \(fileLinesMax) at most") : nil
    }

    /// The length that half of the files, and that nine in ten of them, do not exceed.
    static func quantiles(of files: [SourceText]) -> (median: Int, ninetieth: Int) {
        let lengths = files.map(\.length).sorted()
        guard !lengths.isEmpty else { return (0, 0) }
        return (lengths[(lengths.count - 1) / 2], lengths[(lengths.count * 9 + 9) / 10 - 1])
    }

    static func longFunctions(in file: SourceText) -> [Finding] {
        functions(in: file).compactMap { name, line, length in
            length > functionLinesMax
                ? Finding(file, line, "\(name) has \(length) lines, \(functionLinesMax) at most") : nil
        }
    }

    /// Every function with a body: from the line of its `func` or `init` to its closing brace.
    static func functions(in file: SourceText) -> [(name: String, line: Int, length: Int)] {
        let tokens = CodeTokens(file).tokens
        return tokens.indices.compactMap { index in
            let token = tokens[index]
            guard token.text == "func" || token.text == "init" || token.text == "deinit" else { return nil }
            guard index == 0 || tokens[index - 1].text != "." else { return nil }
            guard let open = body(of: tokens, after: index), let close = end(of: tokens, from: open) else { return nil }
            let name = token.text == "func" && index + 1 < tokens.count ? tokens[index + 1].text : token.text
            return (String(name), token.line, tokens[close].line - token.line + 1)
        }
    }

    /// The brace that opens the body; nil for a requirement of a protocol.
    private static func body(of tokens: [CodeTokens.Token], after index: Int) -> Int? {
        let next: Set<Substring> = [
            "}", "func", "init", "var", "let", "case", "static", "associatedtype", "subscript", "mutating",
        ]
        var depth = 0
        for place in tokens.indices[(index + 1)...] {
            switch tokens[place].text {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "{" where depth == 0: return place
            case let text where depth == 0 && next.contains(text): return nil
            default: break
            }
        }
        return nil
    }

    private static func end(of tokens: [CodeTokens.Token], from open: Int) -> Int? {
        var depth = 0
        for place in tokens.indices[open...] {
            if tokens[place].text == "{" { depth += 1 }
            if tokens[place].text == "}" { depth -= 1 }
            if depth == 0 { return place }
        }
        return nil
    }
}

/// Words and single signs of a file's code, with their lines.
struct CodeTokens {
    struct Token {
        let text: Substring
        let line: Int
    }

    private(set) var tokens: [Token] = []

    init(_ file: SourceText) {
        for (index, line) in file.code.enumerated() {
            var rest = line
            while let first = rest.first {
                let isWord = first.isLetter || first.isNumber || first == "_"
                let text = isWord ? rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" } : rest.prefix(1)
                if !first.isWhitespace { tokens.append(Token(text: text, line: index + 1)) }
                rest = rest[text.endIndex...]
            }
        }
    }
}
