import ArgumentParser
import Documents
import Service
import Store
import Units

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make, list and revoke keys of the API.",
        discussion: """
            A key belongs to an account and a user and has a role: user (own data), scheduler (records events), \
            billing, admin, auditor (reads all). To rotate one, make the next, put it in use, and revoke \
            the old: both hold meanwhile.

              kanjo token create --account acme --user mina --role user
              kanjo token list
            """,
        subcommands: [TokenCreateCommand.self, TokenListCommand.self, TokenRevokeCommand.self])
}

extension AccessRole: ExpressibleByArgument {}

struct TokenCreateCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a key and show its secret, this once.",
        discussion: """
            The token is the user name of HTTP Basic, the secret its password. Only the secret's hash is kept.

              kanjo token create --account acme --user mina --role user
              kanjo token create --account ops --user slurm --role scheduler --output json
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions
    @OptionGroup var author: AuthorOptions

    @Option(help: ArgumentHelp("The account, already registered.", valueName: "id"), transform: Parsing.account)
    var account: AccountID

    @Option(help: ArgumentHelp("The person or program that will use it.", valueName: "id"), transform: Parsing.user)
    var user: UserID

    @Option(help: ArgumentHelp("What it may do.", valueName: "role"))
    var role: AccessRole

    func run() throws {
        let made = try ledger.open(.readWrite).createToken(
            account: account, user: user, role: role, by: author.author(unless: "made on the command line"))
        form.print(
            Listing(
                [.text("token"), .text("secret"), .text("account"), .text("user"), .text("role")],
                rows: [
                    [
                        .text(made.stored.token), .text(made.secret), .text(account.text), .text(user.text),
                        .text(role.rawValue),
                    ]
                ]))
        diagnostics.line("keep the secret now: it is shown this once and can't be read back")
    }
}

struct TokenListCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show all keys, without their secrets.",
        discussion: """
              kanjo token list
              kanjo token list --output json
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions

    func run() throws {
        let tokens = try ledger.open(.readOnly).store.tokens()
        form.print(
            Listing(
                [
                    .text("token"), .text("account"), .text("user"), .text("role"), .text("created_at"),
                    .text("last_used_at"),
                    .text("revoked_at"),
                ],
                rows: tokens.map { token in
                    [
                        .text(token.token), .text(token.account.text), .text(token.user.text), .text(token.role),
                        .text(token.createdAt.description), (token.lastUsedAt?.description).cell,
                        (token.revokedAt?.description).cell,
                    ]
                }))
    }
}

struct TokenRevokeCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Take a key back, for good.",
        discussion: """
              kanjo token revoke 01890a5d-ac96-774b-bcce-b302099a8057
              kanjo token revoke 01890a5d-ac96-774b-bcce-b302099a8057 --reason stolen
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var author: AuthorOptions

    @Argument(help: ArgumentHelp("The token, as `kanjo token list` shows it.", valueName: "token"))
    var token: String

    func run() throws {
        try ledger.open(.readWrite).revokeToken(token, by: author.author(unless: "revoked on the command line"))
        output.line("\(token) is revoked")
    }
}
