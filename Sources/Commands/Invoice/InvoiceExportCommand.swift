import ArgumentParser
import Billing
import Service
import Store
import Units

extension ExportFormat: ExpressibleByArgument {}

struct InvoiceExportCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write issued invoices to files, one each, named by its number.",
        discussion: """
            Name one invoice, or all of a month or an account. A file appears whole or not at all. JSON files hold the \
            stored bytes. The same document is the same PDF every time; PDFs that are there already are kept, so that \
            an export that was stopped goes on where it was.

              kanjo invoice export 201710-000001 --to /tmp/invoices --format text
              kanjo invoice export --period 2017-10 --to /tmp/invoices --format pdf
            """)

    @OptionGroup var ledger: LedgerOptions

    @Argument(help: ArgumentHelp("An invoice's number.", valueName: "number"), transform: Parsing.number)
    var number: DocumentNumber?

    @Option(help: ArgumentHelp("All invoices of this month.", valueName: "month"), transform: Parsing.period)
    var period: BillingPeriod?

    @Option(help: ArgumentHelp("All invoices of this account.", valueName: "id"), transform: Parsing.account)
    var account: AccountID?

    @Option(help: ArgumentHelp("The folder; it is made if it is missing.", valueName: "folder"))
    var to: String

    @Option(
        help: ArgumentHelp("The stored bytes, a page to read, or as xml an e-invoice (JP PINT).", valueName: "format"))
    var format: ExportFormat

    func validate() throws {
        let isSearch = period != nil || account != nil
        guard (number != nil) != isSearch else {
            throw ValidationError("name one invoice, or give --period or --account")
        }
    }

    func run() throws {
        let service = try ledger.open(.readOnly)
        let numbers =
            try number.map { [$0] }
            ?? service.store.documents(DocumentSearch(account: account, period: period)).map(\.number)
        let bar = ProgressBar("export")
        let files = try service.export(numbers, to: to, as: format) { bar.show(Int64($0), of: Int64($1)) }
        bar.clear()
        for path in files.paths { output.line(path) }
        let written = files.paths.count - files.kept
        diagnostics.line(
            "\(written) file\(written == 1 ? "" : "s") written"
                + (files.kept == 0 ? "" : ", \(files.kept) kept as they were")
                + (files.refused.isEmpty ? "" : ", \(files.refused.count) refused"))
        for (number, reason) in files.refused { diagnostics.line("\(number): \(reason)") }
        if !files.refused.isEmpty { throw Incomplete() }
    }
}
