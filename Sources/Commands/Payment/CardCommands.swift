import ArgumentParser
import Billing
import Documents
import Service
import Store
import Units

struct PaymentCardCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "card",
        abstract: "Keep the processor's token of an account's card, or take it away.",
        discussion: """
            Only the token is kept, beside the log; a card's own number is refused.

              kanjo payment card --account acme --token tok_8d1f
              kanjo payment card --account acme --remove
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var author: AuthorOptions

    @Option(help: ArgumentHelp("Whose card it is.", valueName: "id"), transform: Parsing.account)
    var account: AccountID

    @Option(help: ArgumentHelp("What the processor gave for the card.", valueName: "text"))
    var token: String?

    @Flag(help: "The account has no card any more.")
    var remove = false

    func validate() throws {
        guard (token == nil) == remove else { throw ValidationError("give either --token or --remove") }
        do {
            _ = try token.map(CardToken.init)
        } catch {
            throw ValidationError(error.rawValue)
        }
    }

    func run() throws {
        let service = try ledger.open(.readWrite)
        try service.store.storeCard(
            try token.map(CardToken.init), of: account, by: service.actor(author.author))
        diagnostics.line(remove ? "\(account) has no card now" : "the token of \(account)'s card is kept")
    }
}

struct PaymentChargeCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "charge",
        abstract: "Charge a month's open invoices to cards, through files in a folder.",
        discussion: """
            Writes charges.csv into the folder: charge, token, yen, currency, invoice. Each charge is in the log \
            before; one without an answer is written again under the same id, by which the processor charges it once. \
            Invoices that go to bank transfer or have no card are told and left.

              kanjo payment charge --period 2017-11 --folder /srv/cards
              kanjo payment charge --period 2017-11 --folder /srv/cards --retry
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions
    @OptionGroup var author: AuthorOptions

    @Option(help: ArgumentHelp("Whose invoices.", valueName: "month"), transform: Parsing.period)
    var period: BillingPeriod

    @Option(help: ArgumentHelp("Where the processor takes its files from.", valueName: "folder"))
    var folder: String

    @Flag(help: "Charge again what was declined.")
    var retry = false

    func run() throws {
        let service = try ledger.open(.readWrite)
        let done = try service.charge(
            period, with: FileCardProcessor(folder: folder), isRetry: retry, by: author.author)
        form.print(
            Listing(
                [.text("charge"), .text("account"), .text("invoice"), .number("yen")],
                rows: done.charges.map {
                    [
                        .text($0.charge.id), .text($0.charge.account.text), .text($0.charge.number.text),
                        .integer($0.charge.yen.amount),
                    ]
                },
                total: [
                    .text("\(done.charges.count) charges"), .none, .none,
                    .integer(done.charges.reduce(0) { $0 + $1.charge.yen.amount }),
                ]))
        for (invoice, reason) in done.left {
            diagnostics.line("\(invoice.number) of \(invoice.account) \(reason.rawValue)")
        }
        diagnostics.line(
            "\(done.added) new, \(done.charges.count - done.added) given out again, \(done.left.count) left")
    }
}

struct PaymentSettleCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract: "Take in what the card processor answered: results*.csv in the folder.",
        discussion: """
            Columns charge, result (paid or declined), day, yen and, if there is one, reason. What is paid becomes a \
            payment with the charge as its reference. The same answers again record nothing. An answer that fits no \
            charge is told and left, and the exit status is 1.

              kanjo payment settle --folder /srv/cards
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions
    @OptionGroup var author: AuthorOptions

    @Option(help: ArgumentHelp("Where the processor puts its files.", valueName: "folder"))
    var folder: String

    func run() throws {
        let done = try ledger.open(.readWrite).settle(FileCardProcessor(folder: folder), by: author.author)
        form.print(PaymentListing.listing(done.recorded))
        for reason in done.left { diagnostics.line(reason.printable) }
        let counts = [done.recorded.count, done.declined, done.repeated, done.left.count]
        diagnostics.line("\(counts[0]) paid, \(counts[1]) declined, \(counts[2]) known before, \(counts[3]) left")
        if !done.left.isEmpty { throw Incomplete() }
    }
}
