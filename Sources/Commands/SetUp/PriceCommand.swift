import ArgumentParser
import Documents
import Store
import Units

struct PriceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "price",
        abstract: "List price rows and their history.",
        discussion: """
              kanjo price list --plan v100
              kanjo price history
            """,
        subcommands: [PriceListCommand.self, PriceHistoryCommand.self])
}

struct PriceListCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the price rows that hold; an account's own row wins over the list price.",
        discussion: """
              kanjo price list
              kanjo price list --plan v100 --day 2017-10-15
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions

    @Option(help: ArgumentHelp("Only this plan.", valueName: "id"), transform: Parsing.plan)
    var plan: PlanID?

    @Option(help: ArgumentHelp("Only rows that hold on this day.", valueName: "day"), transform: Parsing.day)
    var day: CivilDay?

    func run() throws {
        let rows = try ledger.open(.readOnly).store.setUp().prices.rows.filter { row in
            (plan == nil || row.plan == plan) && (day.map(row.covers) ?? true)
        }
        form.print(
            Listing(
                [
                    .text("plan"), .text("account"), .number("yen_per_second", "yen per second"), .text("basis"),
                    .text("tax"), .text("from"),
                    .text("to"), .number("price_row", "row"),
                ],
                rows: rows.sorted { ($0.plan, $0.from, $0.position) < ($1.plan, $1.from, $1.position) }.map { row in
                    [
                        .text(row.plan.text), (row.account?.text).cell, .decimal(row.price.description),
                        .text(row.basis.rawValue),
                        .text(row.tax.rawValue), .text(row.from.description), (row.to?.description).cell,
                        .integer(row.position),
                    ]
                }))
    }
}

struct PriceHistoryCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List every recorded change of plans and prices: when, what, who and why.",
        discussion: """
              kanjo price history --plan v100 --output csv
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions

    @Option(help: ArgumentHelp("Only this plan.", valueName: "id"), transform: Parsing.plan)
    var plan: PlanID?

    func run() throws {
        form.print(HistoryListing.listing(try ledger.open(.readOnly).store.history(of: .prices, subject: plan?.text)))
    }
}
