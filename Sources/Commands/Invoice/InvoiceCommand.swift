import ArgumentParser

struct InvoiceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoice",
        abstract: "Find, show and export issued invoices.",
        discussion: """
              kanjo invoice list --from 2017-11-01 --to 2017-11-30 --min 10000
              kanjo invoice show 201710-000001
            """,
        subcommands: [InvoiceListCommand.self, InvoiceShowCommand.self, InvoiceExportCommand.self])
}
