import ArgumentParser
import Billing
import Store
import Units

struct InvoiceListCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Search issued invoices by day, amount, account and month, in any combination.",
        discussion: """
              kanjo invoice list --period 2017-10
              kanjo invoice list --from 2017-11-01 --min 100000 --max 500000
              kanjo invoice list --account acme --output csv
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions
    @OptionGroup var search: DocumentSearchOptions

    func run() throws {
        let found = try ledger.open(.readOnly).store.documents(search.search)
        form.print(DocumentListing.listing(found, isShort: form.form == .table))
    }
}

extension DocumentKind: ExpressibleByArgument {}

/// What documents are searched by.
struct DocumentSearchOptions: ParsableArguments {
    @Option(help: ArgumentHelp("First day of issue, YYYY-MM-DD.", valueName: "day"), transform: Parsing.day)
    var from: CivilDay?

    @Option(help: ArgumentHelp("Last day of issue, included.", valueName: "day"), transform: Parsing.day)
    var to: CivilDay?

    @Option(help: ArgumentHelp("Least total in yen, included.", valueName: "yen"), transform: Parsing.yen)
    var min: Yen?

    @Option(help: ArgumentHelp("Greatest total in yen, included.", valueName: "yen"), transform: Parsing.yen)
    var max: Yen?

    @Option(help: ArgumentHelp("Only this account.", valueName: "id"), transform: Parsing.account)
    var account: AccountID?

    @Option(help: ArgumentHelp("Only invoices of this month.", valueName: "month"), transform: Parsing.period)
    var period: BillingPeriod?

    @Option(help: ArgumentHelp("Only invoices, or only returns.", valueName: "kind"))
    var kind: DocumentKind?

    func validate() throws {
        if let from, let to, from > to { throw ValidationError("--from \(from) lies after --to \(to)") }
        if let min, let max, min > max { throw ValidationError("--min \(min) is greater than --max \(max)") }
    }

    var search: DocumentSearch {
        var search = DocumentSearch(
            issuedFrom: from, issuedTo: to, minimum: min, maximum: max, account: account, period: period)
        search.kind = kind
        return search
    }

    var isEmpty: Bool {
        from == nil && to == nil && min == nil && max == nil && account == nil && period == nil && kind == nil
    }
}
