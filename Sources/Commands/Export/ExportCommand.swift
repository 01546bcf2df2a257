import ArgumentParser
import Billing
import Documents
import Service
import Store
import Units

struct ExportCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a month's invoices, their lines, its usage or its costs (FOCUS) to a file.",
        discussion: """
            A text that a spreadsheet would take for a formula is defused in CSV and a plain text in XLSX. A character \
            that CP932 lacks is refused with its line; nothing is replaced. The file appears whole or not at all.

            `focus` is the cost and usage dataset of FOCUS 1.2, for programs that compare clouds: a row for each run, \
            plan, price row and day, and rows for rounding, credits, corrections and tax. BilledCost of an InvoiceId \
            adds up to what the document asks for. Void and replaced documents aren't in it. CSV only.

              kanjo export invoices --period 2017-11 --to /tmp/invoices.csv
              kanjo export lines --period 2017-11 --format xlsx --to /tmp/lines.xlsx
              kanjo export usage --period 2017-11 --encoding cp932 --to /tmp/usage.csv
              kanjo export focus --period 2017-11 --to /tmp/focus.csv
            """)

    enum Subject: String, ExpressibleByArgument, CaseIterable {
        case invoices, lines, usage, focus
    }

    @OptionGroup var ledger: LedgerOptions

    @Argument(help: ArgumentHelp("Issued documents, all their lines, usage by account, day and plan, or costs."))
    var subject: Subject

    @Option(help: ArgumentHelp("Which month.", valueName: "month"), transform: Parsing.period)
    var period: BillingPeriod

    @Option(help: ArgumentHelp("Only this account.", valueName: "id"), transform: Parsing.account)
    var account: AccountID?

    @Option(help: ArgumentHelp("The file.", valueName: "file"))
    var to: String

    @Option(help: ArgumentHelp("CSV or a workbook.", valueName: "form"))
    var format = ListingFile.Form.csv

    @Option(
        help: ArgumentHelp(
            "Of CSV: utf-8-bom is what spreadsheets know. (default: utf-8-bom, for focus utf-8)", valueName: "name"))
    var encoding: ListingFile.Encoding?

    func validate() throws {
        if subject == .focus, format != .csv {
            throw ValidationError("focus is written as CSV only; leave --format away")
        }
    }

    func run() throws {
        let service = try ledger.open(.readOnly)
        if subject == .focus {
            let count = try service.exportFocus(try documents(service), to: to, encoding: encoding ?? .utf8)
            return diagnostics.line("\(count) rows written to \(to)")
        }
        let listing = try listing(service)
        try ListingFile.write(
            listing, to: to, as: format, encoding: encoding ?? .utf8WithMark, sheet: "\(subject) \(period)")
        diagnostics.line("\(listing.rows.count) rows written to \(to)")
    }

    private func listing(_ service: LedgerService) throws -> Listing {
        switch subject {
        case .focus: preconditionFailure("written document by document")
        case .invoices: return DocumentListing.listing(try documents(service), isShort: false)
        case .lines:
            let lists = try documents(service).map { InvoiceListing.lines(try service.invoice($0.number).invoice) }
            return Listing(InvoiceListing.columns, rows: lists.flatMap(\.rows))
        case .usage:
            let groups: [UsageGroup] = [.account, .day, .plan]
            let answer = try service.store.usage(
                UsageQuery(
                    account: account, user: nil, from: period.firstDay, to: period.lastDay, groups: groups,
                    logCut: nil, eventCut: surroundings.environment.now()))
            return UsageListing.listing(answer, groups: groups, from: period.firstDay, to: period.lastDay)
        }
    }

    private func documents(_ service: LedgerService) throws -> [IssuedDocument] {
        try service.store.documents(DocumentSearch(account: account, period: period))
    }
}

extension ListingFile.Form: ExpressibleByArgument {}
extension ListingFile.Encoding: ExpressibleByArgument {}
