import ArgumentParser
import Service
import Store

struct ApplyCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Bring accounts, plans, prices, credits and rules to what a set-up file declares.",
        discussion: """
            The file is YAML. Applying it twice changes nothing the second time; what it doesn't name stays. A \
            change of something that an issued document has used is refused, and then nothing of the file is \
            applied.

              kanjo apply setup.yaml --dry-run
              kanjo apply setup.yaml --who mika --reason "prices of November"
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var author: AuthorOptions

    @Argument(help: ArgumentHelp("The set-up file, or - for standard input.", valueName: "file"))
    var file: String

    @Flag(help: "Only show what would change.")
    var dryRun = false

    func run() throws {
        let applied = try open().apply(setUpFile: file, by: author.author, dryRun: dryRun)
        for warning in applied.warnings { diagnostics.line("warning: \(warning)") }
        for change in applied.changes { output.line(change) }
        let count = applied.changes.count
        let changes = count == 0 ? "nothing changes" : "\(count) change\(count == 1 ? "" : "s")"
        output.line(
            dryRun ? "\(changes) (dry run: nothing was recorded)" : count == 0 ? changes : "\(changes) recorded")
    }

    /// A dry run on a database that isn't there yet looks at an empty one and leaves no file behind.
    private func open() throws -> LedgerService {
        guard dryRun else { return try ledger.open(.readWrite) }
        do {
            return try ledger.open(.readOnly)
        } catch let error as StoreError where error.code == .missing {
            return try LedgerService(path: ":memory:", mode: .readWrite, environment: surroundings.environment)
        }
    }
}
