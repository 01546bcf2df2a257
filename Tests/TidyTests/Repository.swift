import Foundation

/// The repository that this test was compiled in.
enum Repository {
    static let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every Swift file of the package.
    static let swift = texts(below: ["Package.swift", "Sources", "Tests", "schema", "reports"]) {
        $0.hasSuffix(".swift")
    }

    /// Every text that people read or machines run.
    static let all = texts(
        below: [
            ".ci", "Benchmarks", "Package.swift", "README.md", "Sources", "Tests", "docs", "reports", "schema",
            "scripts",
        ]
    ) { !$0.contains("/Samples/") && !$0.contains("__pycache__") }

    static func text(of path: String) throws -> String {
        try String(contentsOf: top.appending(path: path), encoding: .utf8)
    }

    /// Files that are no UTF-8 text are left out.
    private static func texts(below roots: [String], where isWanted: (String) -> Bool) -> [SourceText] {
        roots.flatMap { files(of: $0) }.filter { isWanted($0) && !$0.contains("/.build") }.sorted()
            .compactMap { path in (try? text(of: path)).map { SourceText(path: path, text: $0) } }
    }

    private static func files(of root: String) -> [String] {
        let path = top.appending(path: root).resolvingSymlinksInPath().path(percentEncoded: false)
        guard let below = try? FileManager.default.subpathsOfDirectory(atPath: path) else { return [root] }
        return below.map { "\(root)/\($0)" }
    }
}
