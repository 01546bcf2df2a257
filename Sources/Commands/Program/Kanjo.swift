import ArgumentParser

/// `kanjo`: the root of all commands.
public struct Kanjo: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "kanjo",
        abstract: "Usage meter and billing backend: from recorded events to invoices that anybody can check.",
        discussion: """
            A month, from the first command to the invoices:

              kanjo apply setup.yaml
              kanjo ingest jobs.csv --format jobs-csv --plan v100 --create-accounts
              kanjo usage --period 2017-10 --group-by account
              kanjo close 2017-10
              kanjo close 2017-10 --issue
              kanjo invoice list --period 2017-10

            The database is a file: --db FILE, else the variable KANJO_DB, else kanjo.db.

            Exit status: 0 done; 1 done, but lines were refused or a check found something; 64 wrong command line; \
            65 wrong input; 66 nothing there; 69 a rule or an open question forbids it; 70 our fault; 74 reading or \
            writing failed; 75 busy, try again; 77 no permission; 78 not a database for this program.

            Completion for your shell: kanjo --generate-completion-script bash (or zsh, fish).
            """,
        subcommands: [
            ApplyCommand.self, IngestCommand.self, ConvertCommand.self, ReconcileCommand.self,
            UsageCommand.self, CloseCommand.self,
            InvoiceCommand.self,
            PreviewCommand.self,
            ExplainCommand.self, AnomaliesCommand.self, PriceCommand.self, AccountCommand.self,
            CreditCommand.self, PaymentCommand.self, BooksCommand.self, ExportCommand.self, TokenCommand.self,
            ReportCommand.self, ServeCommand.self, VerifyCommand.self, RebuildCommand.self,
        ])

    public init() {}
}
