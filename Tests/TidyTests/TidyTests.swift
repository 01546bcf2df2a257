import Testing

/// The house rules of `docs/architecture.md`, held by reading the sources.
@Suite struct TidyTests {
    private func expectNone(_ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation) {
        let list = findings.map(\.description).joined(separator: "\n")
        #expect(findings.isEmpty, "\(findings.count) findings:\n\(list)", sourceLocation: sourceLocation)
    }

    @Test func everyTargetImportsOnlyWhatTheTableAllows() throws {
        let table = ImportTable(markdown: try Repository.text(of: "docs/architecture.md"))
        #expect(table.allowed.count > 10, "the import table was not read")
        expectNone(Repository.swift.flatMap { table.findings(in: $0) })
    }

    @Test func moneyAndQuantitiesAreNeverFloatingPoint() {
        expectNone(Repository.swift.flatMap { WordRules.inexactNumbers(in: $0) })
    }

    @Test func theCoreHasNoClockIdsChanceOrConcurrency() {
        expectNone(Repository.swift.flatMap { WordRules.impureCore(in: $0) })
    }

    @Test func nothingSleeps() {
        expectNone(Repository.swift.flatMap { WordRules.sleeps(in: $0) })
    }

    @Test func nothingIsLeftForLater() {
        expectNone(Repository.all.flatMap { WordRules.promises(in: $0) })
    }

    @Test func noPathOfOneMachine() {
        expectNone(Repository.all.flatMap { WordRules.machinePaths(in: $0) })
    }

    @Test func noDrawers() {
        for path in Repository.swift.map(\.path) {
            #expect(WordRules.drawers(in: path).isEmpty, "\(path): a name that says what is in it")
        }
    }

    @Test func linesFitIn120Columns() {
        expectNone(Repository.swift.flatMap { SizeRules.longLines(in: $0) })
    }

    @Test func filesAreShort() {
        expectNone(Repository.swift.compactMap { SizeRules.longFile($0) })
        let (median, ninetieth) = SizeRules.quantiles(of: Repository.swift)
        #expect(median <= 90, "half of the files have at most \(median) lines; 90 is the aim")
        #expect(ninetieth <= 250, "nine in ten files have at most \(ninetieth) lines; 250 is the aim")
    }

    @Test func functionsAreShort() {
        expectNone(Repository.swift.flatMap { SizeRules.longFunctions(in: $0) })
    }

    @Test func publicDeclarationsOfTheCoreAreCounted() {
        let counts = Repository.swift.filter { ImportTable.core.contains($0.target ?? "") }.map {
            CommentRule.counts(in: $0)
        }
        let (all, explained) = counts.reduce((0, 0)) { ($0.0 + $1.public, $0.1 + $1.explained) }
        print("\(explained) of \(all) public declarations of the core are explained by a comment")
        #expect(explained <= all && all > 0)
    }
}
