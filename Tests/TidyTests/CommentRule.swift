/// Public declarations of the core and whether a `///` comment stands above them.
enum CommentRule {
    static func counts(in file: SourceText) -> (public: Int, explained: Int) {
        let places = file.code.indices.filter { index in
            let words = file.code[index].split(separator: " ")
            return words.first == "public" && !words.contains("import") && !words.contains("extension")
        }
        let explained = places.filter { index in
            let above = file.lines[..<index].reversed().lazy.map { $0.drop { $0 == " " } }.first { !$0.hasPrefix("@") }
            return above?.hasPrefix("///") ?? false
        }
        return (places.count, explained.count)
    }
}
