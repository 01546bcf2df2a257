/// `key=value` words of a command line.
struct Arguments {
    private let values: [String: String]

    init(_ words: some Sequence<String>) throws {
        var values: [String: String] = [:]
        for word in words {
            guard let equals = word.firstIndex(of: "=") else { throw BenchmarkError("'\(word)' is no key=value") }
            values[String(word[..<equals])] = String(word[word.index(after: equals)...])
        }
        self.values = values
    }

    func text(_ key: String) throws -> String {
        guard let value = values[key] else { throw BenchmarkError("\(key)=… is missing") }
        return value
    }

    func integer(_ key: String) throws -> Int {
        guard let value = Int(try text(key)) else { throw BenchmarkError("\(key) is no whole number") }
        return value
    }
}
