import ArgumentParser
import Billing
import Documents
import Service
import Store
import Units

struct InvoiceReturnCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "return",
        abstract: "Give back what an invoice charged too much: issue a return document.",
        discussion: """
            What late events or waivers have taken off the invoice's months, and no later invoice has taken off, is \
            given back: credits first, never more than the invoice charged. The document has a number of its own and \
            names the invoice. A second return finds only what has changed since.

              kanjo invoice return 201710-000001 --reason "the host was broken"
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions
    @OptionGroup var correction: CorrectionOptions

    @Option(
        help: ArgumentHelp("Day of the return (default: today in Japan).", valueName: "day"), transform: Parsing.day)
    var day: CivilDay?

    func run() throws {
        let service = try ledger.open(.readWrite)
        let document = try service.store.returnInvoice(
            correction.number, day: day ?? CivilDay(surroundings.environment.now()),
            by: service.actor(correction.author))
        form.print(CorrectionListing.listing(document, of: correction.number))
    }
}

struct InvoiceReissueCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "reissue",
        abstract: "Issue an invoice again with the names, addresses and registration numbers of now.",
        discussion: """
            Lines and yen stay the same. The new invoice has a number of its own and names the one that it replaces, \
            which is kept; what is owed is replaced, not added. Correct the set-up file and apply it first.

              kanjo invoice reissue 201710-000001 --reason "the department's name was wrong"
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions
    @OptionGroup var correction: CorrectionOptions

    @Option(
        help: ArgumentHelp("Day on the new invoice (default: today in Japan).", valueName: "day"),
        transform: Parsing.day)
    var issueDay: CivilDay?

    func run() throws {
        let service = try ledger.open(.readWrite)
        let document = try service.store.reissueInvoice(
            correction.number, day: issueDay ?? CivilDay(surroundings.environment.now()),
            by: service.actor(correction.author))
        form.print(CorrectionListing.listing(document, of: correction.number))
    }
}

struct InvoiceVoidCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "void",
        abstract: "Void an invoice or a return: its number is kept, nothing is owed for it.",
        discussion: """
            The use of a void invoice comes on the account's next invoice, and credits that it used are free again. A \
            void can't be taken back. A return of the invoice has to be voided before.

              kanjo invoice void 201710-000001 --reason "billed to the wrong project"
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions
    @OptionGroup var correction: CorrectionOptions

    func run() throws {
        let service = try ledger.open(.readWrite)
        let document = try service.store.voidDocument(correction.number, by: service.actor(correction.author))
        form.print(CorrectionListing.listing(document, of: nil))
    }
}

/// Which document, who and why.
struct CorrectionOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The document's number.", valueName: "number"), transform: Parsing.number)
    var number: DocumentNumber

    @Option(help: ArgumentHelp("Why; kept with what is recorded.", valueName: "text"))
    var reason: String

    @Option(help: ArgumentHelp("Who does it (default: the variable USER, else operator).", valueName: "name"))
    var who: String?

    var author: Author { Author(who: AuthorOptions.name(who), reason: reason) }
}

/// What a correction has done, as one row.
enum CorrectionListing {
    static func listing(_ document: IssuedDocument, of original: DocumentNumber?) -> Listing {
        Listing(
            [
                .text("number"), .text("kind"), .text("state"), .text("original"), .text("account"), .text("period"),
                .text("issue_day"), .number("payable_yen", "payable (yen)"),
                .number("receivable_yen", "owed (yen)"), .number("position"),
            ],
            rows: [
                [
                    .text(document.number.text), .text(document.kind.rawValue), .text(document.state.rawValue),
                    (original?.text).cell, .text(document.account.text), .text(document.period.description),
                    .text(document.issueDay.description), .integer(document.amount.amount),
                    .integer(document.receivable.amount), .integer(document.position),
                ]
            ])
    }
}
