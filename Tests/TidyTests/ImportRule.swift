/// Which modules each target may import: the table of `docs/architecture.md`.
struct ImportTable {
    private(set) var allowed: [String: Set<String>] = [:]

    /// The decisions of the product are made here, and no technology is known here.
    static let core: Set = ["Units", "UsageLedger", "Scheduling", "Billing", "Documents"]
    static let coreNeverImports: Set = [
        "AsyncHTTPClient", "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "GRDB", "GRDBSQLite", "Glibc",
        "Hummingbird", "Logging", "Metrics", "Musl", "NIOCore", "Synchronization", "Yams",
    ]

    /// Reads the rows that follow the heading `| target | may import |`, up to the first line that is no row.
    init(markdown: String) {
        let rows = markdown.split(separator: "\n", omittingEmptySubsequences: false)
            .drop { $0 != "| target | may import |" }.dropFirst(2).prefix { $0.hasPrefix("|") }
        for row in rows {
            let cells = row.split(separator: "|").map { Self.names(in: $0) }
            for target in cells.first ?? [] { allowed[target] = Set(cells.dropFirst().first ?? []) }
        }
    }

    private static func names(in cell: Substring) -> [String] {
        cell.split { $0 == "," || $0 == " " || $0 == "`" || $0 == "–" }.map(String.init)
    }

    func findings(in file: SourceText) -> [Finding] {
        guard let target = file.target else { return [] }
        guard let allowed = allowed[target] else {
            return [Finding(file, 1, "target \(target) has no row in the import table of docs/architecture.md")]
        }
        return Self.imports(of: file).compactMap { line, module in
            if Self.core.contains(target), Self.coreNeverImports.contains(module) {
                return Finding(file, line, "the core imports the technology \(module)")
            }
            // The system's C library has another name on each system.
            let name = module == "Darwin" || module == "Musl" ? "Glibc" : module
            return allowed.contains(name) ? nil : Finding(file, line, "\(target) may not import \(module)")
        }
    }

    /// Every imported module with its line: attributes, access levels and kinds (`import struct A.B`) are seen through.
    static func imports(of file: SourceText) -> [(line: Int, module: String)] {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
        return file.code.enumerated().flatMap { index, line in
            line.split(separator: ";").compactMap { statement -> (Int, String)? in
                var words = statement.split(separator: " ")[...]
                while let first = words.first, first.hasPrefix("@") || Self.levels.contains(first) {
                    words.removeFirst()
                }
                guard words.popFirst() == "import" else { return nil }
                if let first = words.first, kinds.contains(first) { words.removeFirst() }
                return words.first.map { (index + 1, String($0.prefix { $0 != "." })) }
            }
        }
    }

    private static let levels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
}
