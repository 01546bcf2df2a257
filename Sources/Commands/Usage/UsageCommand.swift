import ArgumentParser
import Documents
import Service
import Store
import UsageLedger
import Units

struct UsageCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage",
        abstract: "Show use and its exact price: the same slices as preview and invoice.",
        discussion: """
            Amounts are exact and unrounded; documents round once per line. Days are days of Japan. Without \
            --period, --from and --to it is this month. By tag, a task with two tags stands under both and once in \
            the total.

              kanjo usage --period 2017-10 --group-by account
              kanjo usage --from 2017-10-01 --to 2017-10-07 --group-by day,plan
              kanjo usage --account acme --group-by task --output csv
              kanjo usage --period 2017-10 --as-of 2017-11-05T00:00:00+09:00
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions

    @Option(help: ArgumentHelp("Only this account.", valueName: "id"), transform: Parsing.account)
    var account: AccountID?

    @Option(help: ArgumentHelp("Only this user.", valueName: "id"), transform: Parsing.user)
    var user: UserID?

    @Option(help: ArgumentHelp("A month, YYYY-MM.", valueName: "month"), transform: Parsing.period)
    var period: BillingPeriod?

    @Option(help: ArgumentHelp("First day, YYYY-MM-DD.", valueName: "day"), transform: Parsing.day)
    var from: CivilDay?

    @Option(help: ArgumentHelp("Last day, included.", valueName: "day"), transform: Parsing.day)
    var to: CivilDay?

    @Option(
        help: ArgumentHelp("Comma list of account, day, plan, task, tag, user.", valueName: "groups"),
        transform: UsageCommand.groups)
    var groupBy: [UsageGroup] = []

    @Option(
        help: ArgumentHelp("As known at a position of the log, or at a time.", valueName: "position|time"),
        transform: AsOf.parse)
    var asOf: AsOf?

    static func groups(_ text: String) throws -> [UsageGroup] {
        let groups = try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
            guard let group = UsageGroup(rawValue: String(word)) else {
                throw ValidationError("'\(word)' is no group; choose from account, day, plan, task, tag, user")
            }
            return group
        }
        guard Set(groups).count == groups.count else { throw ValidationError("'\(text)' names a group twice") }
        return groups
    }

    func validate() throws {
        if period != nil, from != nil || to != nil {
            throw ValidationError("give --period, or --from and --to, not both")
        }
        if (from == nil) != (to == nil) { throw ValidationError("give both --from and --to; both days are included") }
        if let from, let to, from > to { throw ValidationError("--from \(from) lies after --to \(to)") }
    }

    func run() throws {
        let service = try ledger.open(.readOnly)
        let now = surroundings.environment.now()
        let month = period ?? CivilDay(now).period
        let answer = try service.store.usage(
            UsageQuery(
                account: account, user: user, from: from ?? month.firstDay, to: to ?? month.lastDay, groups: groupBy,
                logCut: try asOf?.position(in: service), eventCut: now))
        let listing = UsageListing.listing(
            answer, groups: groupBy, from: from ?? month.firstDay, to: to ?? month.lastDay)
        form.print(listing)
        let watermark = answer.watermark.text
        switch form.form {
        case .table: output.line(watermark)
        case .csv: diagnostics.line(watermark)
        case .json: break
        }
    }
}
