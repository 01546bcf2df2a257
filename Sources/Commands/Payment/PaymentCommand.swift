import ArgumentParser
import Billing
import Documents
import Store
import Units

struct PaymentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payment",
        abstract: "Record money that came in or went back, and show what is owed.",
        discussion: """
            A payment is known by its method and reference: recorded again, nothing is written. What pays no invoice \
            is held for the account (前受金) until it is applied or refunded. What an invoice's state is follows from \
            documents and payments; it is never set.

              kanjo payment add --invoice 201710-000001 --yen 4251 --fee 440 \\
                --day 2017-12-28 --method bank_transfer --reference 20171228-0017
              kanjo payment owed --account acme
            """,
        subcommands: [
            PaymentAddCommand.self, PaymentApplyCommand.self, PaymentRefundCommand.self, PaymentImportCommand.self,
            PaymentListCommand.self, PaymentOwedCommand.self, PaymentCardCommand.self, PaymentChargeCommand.self,
            PaymentSettleCommand.self,
        ])
}

extension PaymentMethod: ExpressibleByArgument {}

/// What every payment names.
struct PaymentOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How it was paid: card or bank_transfer.", valueName: "method"))
    var method: PaymentMethod

    @Option(help: ArgumentHelp("The bank's or card company's own reference.", valueName: "text"))
    var reference: String

    @Option(help: ArgumentHelp("When it was booked.", valueName: "day"), transform: Parsing.day)
    var day: CivilDay
}

struct PaymentAddCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Record a payment of a customer, for one or several invoices.",
        discussion: """
            It pays the invoices in the order in which they are named, each up to what is open. With --fee, what the \
            customer's bank cut off counts as paid too. What is left is held for the account.

              kanjo payment add --invoice 201710-000001 --yen 4691 --day 2017-11-30 \\
                --method card --reference ch_1
              kanjo payment add --account acme --yen 100000 --day 2017-11-30 \\
                --method bank_transfer --reference T-9
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions
    @OptionGroup var author: AuthorOptions
    @OptionGroup var payment: PaymentOptions

    @Option(help: ArgumentHelp("An invoice that it pays; repeat it for more.", valueName: "number"))
    var invoice: [String] = []

    @Option(
        help: ArgumentHelp("Whose money it is, where no invoice says it.", valueName: "id"), transform: Parsing.account)
    var account: AccountID?

    @Option(help: ArgumentHelp("What came in, in whole yen.", valueName: "yen"), transform: Parsing.yen)
    var yen: Yen

    @Option(help: ArgumentHelp("What the customer's bank cut off.", valueName: "yen"), transform: Parsing.yen)
    var fee: Yen = .zero

    func run() throws {
        let service = try ledger.open(.readWrite)
        let recorded = try service.store.record(
            PaymentRequest(
                kind: .received, invoices: invoice.map(DocumentNumber.init(text:)), account: account,
                method: payment.method, reference: payment.reference, day: payment.day, yen: yen, fee: fee),
            by: service.actor(author.author))
        form.print(PaymentListing.listing([recorded.payment]))
        if !recorded.isNew { diagnostics.line("it was recorded before; nothing was written") }
    }
}

struct PaymentApplyCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Pay invoices with money that is held for their account.",
        discussion: """
              kanjo payment apply --invoice 201711-000001 --day 2017-12-10 \\
                --method bank_transfer --reference A-1
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions
    @OptionGroup var author: AuthorOptions
    @OptionGroup var payment: PaymentOptions

    @Option(help: ArgumentHelp("An invoice that it pays; repeat it for more.", valueName: "number"))
    var invoice: [String]

    @Option(help: ArgumentHelp("How much (default: what is open and held).", valueName: "yen"), transform: Parsing.yen)
    var yen: Yen?

    func run() throws {
        let service = try ledger.open(.readWrite)
        let recorded = try service.store.record(
            PaymentRequest(
                kind: .applied, invoices: invoice.map(DocumentNumber.init(text:)), method: payment.method,
                reference: payment.reference, day: payment.day, yen: yen), by: service.actor(author.author))
        form.print(PaymentListing.listing([recorded.payment]))
    }
}

struct PaymentRefundCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "refund",
        abstract: "Record that money held for an account went back to it.",
        discussion: """
              kanjo payment refund --account acme --yen 1000 --day 2017-12-10 \\
                --method bank_transfer --reference R-1
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions
    @OptionGroup var author: AuthorOptions
    @OptionGroup var payment: PaymentOptions

    @Option(help: ArgumentHelp("Whose money it was.", valueName: "id"), transform: Parsing.account)
    var account: AccountID

    @Option(help: ArgumentHelp("What went back, in whole yen.", valueName: "yen"), transform: Parsing.yen)
    var yen: Yen

    func run() throws {
        let service = try ledger.open(.readWrite)
        let recorded = try service.store.record(
            PaymentRequest(
                kind: .refunded, account: account, method: payment.method, reference: payment.reference,
                day: payment.day, yen: yen), by: service.actor(author.author))
        form.print(PaymentListing.listing([recorded.payment]))
    }
}
