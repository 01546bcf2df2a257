import Testing

/// Each rule catches what is planted, and only that.
@Suite struct PlantedFindingTests {
    private static let table = ImportTable(
        markdown: """
            # Any text

            | target | may import |
            | --- | --- |
            | `Units` | – |
            | `UsageLedger`, `Scheduling` | `Units`, `Crypto` |
            | `Store` | `Units`, `GRDB`, `Glibc` |

            | target | may import |
            """)

    private func core(_ text: String) -> SourceText {
        SourceText(path: "Sources/UsageLedger/Planted.swift", text: text)
    }

    @Test func theTableIsRead() {
        #expect(Self.table.allowed["Units"] == [])
        #expect(Self.table.allowed["Scheduling"] == ["Units", "Crypto"])
        #expect(Self.table.allowed.count == 4)
    }

    @Test(arguments: [
        ("import Units", 0), ("import Billing", 1), ("import Foundation", 1), ("@testable import Billing", 1),
        ("internal import Billing", 1), ("import struct Billing.Line", 1), ("import Crypto; import Billing", 1),
        ("// import Billing", 0), ("let text = \"\"\"\n    import Billing\n    \"\"\"", 0),
    ])
    func imports(text: String, count: Int) {
        #expect(Self.table.findings(in: core(text)).count == count)
    }

    @Test func theFindingNamesFileAndLine() {
        let findings = Self.table.findings(in: core("import Units\nimport GRDB\n"))
        #expect(
            findings.map(\.description) == ["Sources/UsageLedger/Planted.swift:2: the core imports the technology GRDB"]
        )
    }

    @Test func aTargetWithoutARowIsFound() {
        let file = SourceText(path: "Sources/Unknown/A.swift", text: "import Units")
        #expect(Self.table.findings(in: file).first?.message.contains("no row") == true)
        let darwin = SourceText(path: "Sources/Store/A.swift", text: "import Darwin")
        #expect(Self.table.findings(in: darwin).isEmpty)
    }

    @Test(arguments: [
        ("let a: Double = 1", 1), ("let a = [Float]()", 1), ("let aDouble = 1 // Double", 0),
        ("/* a /* Float */ Double */", 0),
        ("let a = \"Double\"", 0), ("let a = \"\\(Double(1))\"", 1), ("let a = #\"\\(Double) \"Float\" \"#", 0),
        ("let a = #\"\\#(Double(1))\"#", 1), ("let a = \"\\\"\" + Double.nan", 1), ("doubled(a)", 0),
        ("let a = \"\"\"\n    Double \"a\" \\(b(\"Float\"))\n    \"\"\"\nlet b: Float", 1),
    ])
    func inexactNumbers(text: String, count: Int) {
        #expect(WordRules.inexactNumbers(in: core(text)).count == count)
        #expect(WordRules.inexactNumbers(in: SourceText(path: "Sources/Commands/A.swift", text: text)).isEmpty)
    }

    @Test(arguments: [
        "func a() async {}", "actor A {}", "let a = Date()", "UUID()", "Int.random(in: 0...1)", "a.shuffled()",
    ])
    func impureCore(text: String) {
        #expect(WordRules.impureCore(in: core(text)).count == 1)
        #expect(WordRules.impureCore(in: SourceText(path: "Sources/Service/A.swift", text: text)).isEmpty)
    }

    @Test func sleeps() {
        #expect(
            WordRules.sleeps(in: core("try await Task.sleep(for: .seconds(1))\nusleep(1)\nlet sleepy = 1")).count == 2)
    }

    @Test func promises() {
        let text = WordRules.promises.map { "// \($0)" }.joined(separator: "\n")
        #expect(WordRules.promises(in: core(text)).map(\.line) == [1, 2, 3, 4, 5])
    }

    @Test func machinePaths() {
        let planted = ["home", "root"].map { "cd /" + $0 + "/me" }.joined(separator: "\n")
        #expect(WordRules.machinePaths(in: core(planted)).map(\.line) == [1, 2])
        let harmless = [("Sources", "root"), ("https://example.com", "home"), ("$top", "work")]
        let text = harmless.map { "\($0)/\($1)/a" }.joined(separator: " and ")
        #expect(WordRules.machinePaths(in: core(text)).isEmpty)
    }

    @Test func drawers() {
        #expect(WordRules.drawers(in: "Sources/Core/A.swift") == ["core"])
        #expect(WordRules.drawers(in: "Sources/Store/Helpers.swift") == ["helpers"])
        #expect(WordRules.drawers(in: "Sources/Store/CoreBanking.swift").isEmpty)
    }

    @Test func longLinesAreCountedInCharacters() {
        let line = String(repeating: "円", count: 120)
        #expect(SizeRules.longLines(in: core(line)).isEmpty)
        #expect(SizeRules.longLines(in: core("\n\(line)円")).map(\.line) == [2])
    }

    @Test func longFiles() {
        func lines(_ count: Int) -> SourceText { core(String(repeating: "a\n", count: count)) }
        #expect(SizeRules.longFile(lines(400)) == nil)
        #expect(SizeRules.longFile(lines(401)) != nil)
        let (median, ninetieth) = SizeRules.quantiles(of: (1...10).map { lines($0 * 10) })
        #expect(median == 50 && ninetieth == 90)
    }

    @Test func longFunctions() {
        let filler = String(repeating: "    let a = \"}\" // }\n", count: 59)
        let text = "protocol A {\n    func b() -> Int\n}\nfunc c(\n    d: () -> Void = {}\n) {\n\(filler)}\ninit() {}\n"
        let functions = SizeRules.functions(in: core(text))
        #expect(functions.map(\.name) == ["c", "init"])
        #expect(functions.map(\.length) == [63, 1])
        #expect(SizeRules.longFunctions(in: core(text)).map(\.line) == [4])
    }

    @Test func explainedDeclarations() {
        let text =
            "/// A.\npublic struct A {\n    public let b = 1\n    /// C.\n    @inlinable\n    public func c() {}\n}"
        let counts = CommentRule.counts(in: core(text))
        #expect(counts.public == 3 && counts.explained == 2)
    }
}
