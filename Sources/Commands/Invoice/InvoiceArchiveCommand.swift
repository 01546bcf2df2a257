import ArgumentParser
import Service
import Store

struct InvoiceArchiveCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Write a ZIP of the originals that a search finds, with an index.",
        discussion: """
            Each document is there as the stored bytes (JSON) and as a page (PDF); index.csv has day, amount, \
            counterparty, number, kind, state and SHA-256 of each. Day, amount and counterparty can be searched in any \
            combination, as the law on electronic books asks. The same documents are the same bytes.

              kanjo invoice archive --period 2017-10 --zip /tmp/2017-10.zip
              kanjo invoice archive --from 2017-11-01 --min 100000 --zip /tmp/large.zip
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var search: DocumentSearchOptions

    @Option(help: ArgumentHelp("The file.", valueName: "file"))
    var zip: String

    func run() throws {
        let service = try ledger.open(.readOnly)
        let found = try service.store.documents(search.search)
        let bar = ProgressBar("archive")
        try service.archive(found, to: zip) { bar.show(Int64($0), of: Int64($1)) }
        bar.clear()
        diagnostics.line("\(found.count) documents written to \(zip)")
    }
}
