import ArgumentParser

struct InvoiceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoice",
        abstract: "Find, show, export and correct issued invoices.",
        discussion: """
              kanjo invoice list --from 2017-11-01 --to 2017-11-30 --min 10000
              kanjo invoice show 201710-000001
              kanjo invoice return 201710-000001 --reason "hours of a broken host"
            """,
        subcommands: [
            InvoiceListCommand.self, InvoiceShowCommand.self, InvoiceExportCommand.self, InvoiceArchiveCommand.self,
            InvoiceReturnCommand.self,
            InvoiceReissueCommand.self, InvoiceVoidCommand.self, InvoiceHistoryCommand.self,
        ])
}
