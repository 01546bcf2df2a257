import ArgumentParser
import Billing
import Documents
import Service
import Store
import Units

struct PreviewCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Show what an account's invoice would be: the close with a cut of now.",
        discussion: """
              kanjo preview --account acme
              kanjo preview --account acme --at 2017-10-15T00:00:00+09:00
              kanjo preview --account acme --period 2017-10 --as-of 12000 --output json
            """)

    @OptionGroup var ledger: LedgerOptions

    @Option(help: ArgumentHelp("The account.", valueName: "id"), transform: Parsing.account)
    var account: AccountID

    @Option(help: ArgumentHelp("The month (default: that of the cut).", valueName: "month"), transform: Parsing.period)
    var period: BillingPeriod?

    @Option(
        help: ArgumentHelp("Instant at which use is cut (default: now).", valueName: "time"), transform: Parsing.instant
    )
    var at: Instant?

    @Option(
        help: ArgumentHelp("As known at a position of the log, or at a time.", valueName: "position|time"),
        transform: AsOf.parse)
    var asOf: AsOf?

    @Option(name: .customLong("output"), help: ArgumentHelp("How to print it.", valueName: "form"))
    var form = DocumentForm.text

    func run() throws {
        let service = try ledger.open(.readOnly)
        guard try service.store.setUp().accounts[account] != nil else {
            throw StoreError(
                .notFound, "there is no account \(account); `kanjo account list` shows those that are registered")
        }
        let cut = at ?? surroundings.environment.now()
        let month = period ?? CivilDay(cut).period
        let invoice = try service.store.preview(
            account: account, period: month, eventCut: cut, logCut: try asOf?.position(in: service))
        switch (form, invoice) {
        case (.text, let invoice?): output.write(InvoiceText.text(invoice))
        case (.json, let invoice?): output.write(IndentedJSON.text(invoice.jsonValue))
        case (.text, nil):
            output.line("\(account) would get no invoice for \(month): nothing to bill, or less than the least sum")
        case (.json, nil): output.line("null")
        }
    }
}
