import ArgumentParser
import Documents
import Store
import Units

struct AccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "List accounts and their history.",
        discussion: """
              kanjo account list
              kanjo account history --account acme
            """,
        subcommands: [AccountListCommand.self, AccountHistoryCommand.self])
}

struct AccountListCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List accounts with their data as of now.",
        discussion: """
              kanjo account list --output json
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions

    func run() throws {
        let setUp = try ledger.open(.readOnly).store.setUp()
        form.print(
            Listing(
                [
                    .text("account"), .text("name"), .text("department"), .text("payment"), .number("users"),
                    .number("version"),
                ],
                rows: setUp.accounts.values.sorted { $0.id < $1.id }.map { account in
                    [
                        .text(account.id.text), .text(account.name), .text(account.department),
                        .text(account.payment.rawValue),
                        .integer(Int64(setUp.users[account.id]?.count ?? 0)), .integer(account.version),
                    ]
                }))
    }
}

struct AccountHistoryCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List every recorded change of accounts and users: when, what, who and why.",
        discussion: """
              kanjo account history --account acme
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions

    @Option(help: ArgumentHelp("Only this account.", valueName: "id"), transform: Parsing.account)
    var account: AccountID?

    func run() throws {
        form.print(
            HistoryListing.listing(try ledger.open(.readOnly).store.history(of: .accounts, subject: account?.text)))
    }
}
