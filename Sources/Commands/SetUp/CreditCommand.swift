import ArgumentParser
import Documents
import Store
import Units

struct CreditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credit",
        abstract: "List credits, what is left of them, and their history.",
        discussion: """
              kanjo credit list --account acme
              kanjo credit history
            """,
        subcommands: [CreditListCommand.self, CreditHistoryCommand.self])
}

struct CreditListCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List credits with what issued invoices have used and what is left.",
        discussion: """
              kanjo credit list
              kanjo credit list --account acme --output json
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions

    @Option(help: ArgumentHelp("Only this account.", valueName: "id"), transform: Parsing.account)
    var account: AccountID?

    func run() throws {
        let credits = try ledger.open(.readOnly).store.credits(of: account)
        form.print(
            Listing(
                [
                    .number("credit"), .text("account"), .text("from"), .text("to"), .text("plans"),
                    .number("granted_yen", "granted (yen)"),
                    .number("used_yen", "used (yen)"), .number("left_yen", "left (yen)"), .text("reason"),
                ],
                rows: credits.map { balance in
                    let credit = balance.granted.credit
                    return [
                        .integer(credit.position), .text(credit.account.text), .text(credit.from.description),
                        .text(credit.to.description), .text(credit.plans.map(\.text).joined(separator: " ")),
                        .integer(credit.yen.amount), .integer(balance.used.amount), .integer(balance.left.amount),
                        .text(balance.granted.reason),
                    ]
                }))
    }
}

struct CreditHistoryCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List every recorded grant of credits: when, what, who and why.",
        discussion: """
              kanjo credit history --account acme
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions

    @Option(help: ArgumentHelp("Only this account.", valueName: "id"), transform: Parsing.account)
    var account: AccountID?

    func run() throws {
        form.print(
            HistoryListing.listing(try ledger.open(.readOnly).store.history(of: .credits, subject: account?.text)))
    }
}
