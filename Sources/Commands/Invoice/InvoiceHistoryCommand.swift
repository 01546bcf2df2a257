import ArgumentParser
import Billing
import Documents
import Units

struct InvoiceHistoryCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List what was done with an invoice: issue, returns, reissues and voids, with who and why.",
        discussion: """
            Names any document of an account's month; all of them are told.

              kanjo invoice history 201710-000001
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions

    @Argument(help: ArgumentHelp("A document's number.", valueName: "number"), transform: Parsing.number)
    var number: DocumentNumber

    func run() throws {
        form.print(HistoryListing.listing(try ledger.open(.readOnly).store.documentHistory(number)))
    }
}
