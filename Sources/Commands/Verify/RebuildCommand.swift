import ArgumentParser
import Documents
import Service
import Store

struct RebuildCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Drop every projection and make it again from the log.",
        discussion: """
            One transaction; nothing that a query or a close answers changes. The log and issued documents are not \
            touched.

              kanjo rebuild
            """)

    @OptionGroup var ledger: LedgerOptions

    func run() throws {
        let service = try ledger.open(.readWrite)
        let bar = ProgressBar("rebuild")
        try service.store.rebuild { done, total in bar.show(done, of: total, note: "events") }
        bar.clear()
        output.line("projections rebuilt from \(Digits.grouped(try service.store.head().size)) events")
    }
}
