import ArgumentParser
import Billing
import Documents
import Store
import Units

struct PaymentListCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List payments with what they pay.",
        discussion: """
              kanjo payment list
              kanjo payment list --account acme --output csv
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions

    @Option(help: ArgumentHelp("Only this account.", valueName: "id"), transform: Parsing.account)
    var account: AccountID?

    func run() throws {
        form.print(PaymentListing.listing(try ledger.open(.readOnly).store.payments(of: account)))
    }
}

struct PaymentOwedCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "owed",
        abstract: "List invoices with what is owed, paid and open, and their state on a day.",
        discussion: """
              kanjo payment owed
              kanjo payment owed --account acme --on 2018-01-31 --open
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions

    @Option(help: ArgumentHelp("Only this account.", valueName: "id"), transform: Parsing.account)
    var account: AccountID?

    @Option(
        help: ArgumentHelp("The day asked about (default: today in Japan).", valueName: "day"), transform: Parsing.day)
    var on: CivilDay?

    @Flag(help: "Only those that aren't paid.")
    var open = false

    func run() throws {
        let day = on ?? CivilDay(surroundings.environment.now())
        let found = try ledger.open(.readOnly).store.receivables(of: account).filter { !open || $0.open > .zero }
        form.print(
            Listing(
                [
                    .text("number"), .text("account"), .text("period"), .text("due_day"),
                    .number("owed_yen", "owed (yen)"), .number("paid_yen", "paid (yen)"),
                    .number("open_yen", "open (yen)"), .text("status"),
                ],
                rows: found.map { receivable in
                    [
                        .text(receivable.number.text), .text(receivable.account.text),
                        .text(receivable.period.description), .text(receivable.dueDay.description),
                        .integer(receivable.owed.amount), .integer(receivable.paid.amount),
                        .integer(receivable.open.amount), .text(receivable.status(on: day).rawValue),
                    ]
                },
                total: [
                    .text("\(found.count) invoices"), .none, .none, .none,
                    .integer(found.reduce(0) { $0 + $1.owed.amount }),
                    .integer(found.reduce(0) { $0 + $1.paid.amount }),
                    .integer(found.reduce(0) { $0 + $1.open.amount }), .none,
                ]))
    }
}

enum PaymentListing {
    static func listing(_ payments: [RecordedPayment]) -> Listing {
        Listing(
            [
                .number("payment"), .text("account"), .text("kind"), .text("method"), .text("reference"), .text("day"),
                .number("yen"), .number("fee_yen", "fee (yen)"), .text("pays"), .number("held_yen", "held (yen)"),
            ],
            rows: payments.map { recorded in
                let payment = recorded.payment
                return [
                    .integer(recorded.position), .text(payment.account.text), .text(payment.kind.rawValue),
                    .text(payment.method.rawValue), .text(payment.reference), .text(payment.day.description),
                    .integer(payment.yen.amount), .integer(payment.fee.amount),
                    .text(payment.parts.map { "\($0.number.text) \($0.yen.amount)" }.joined(separator: ", ")),
                    .integer(payment.held.amount),
                ]
            })
    }
}
