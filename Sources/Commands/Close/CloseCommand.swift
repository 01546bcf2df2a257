import ArgumentParser
import Billing
import Documents
import Service
import Store
import Units

struct CloseCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "Draft a month, or close it and issue its invoices.",
        discussion: """
            Without --issue it is a draft: totals, the open questions, and what has changed since the last draft. A \
            draft can be repeated and numbers nothing. --issue is one transaction and final; asked again it changes \
            nothing. Every open question stops it, unless a person accepts it with a reason, which is recorded.

              kanjo close 2017-10
              kanjo close 2017-10 --issue --accept grace_left --reason "all is in"
              kanjo close 2017-10 --issue --issue-day 2017-11-05
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions

    @Argument(help: ArgumentHelp("The month, YYYY-MM.", valueName: "month"), transform: Parsing.period)
    var period: BillingPeriod

    @Flag(help: "Close the month and issue its invoices: final.")
    var issue = false

    @Option(help: ArgumentHelp("Accept an open question by its name; repeat it for more.", valueName: "item"))
    var accept: [String] = []

    @Flag(help: "Accept every open question that can be accepted.")
    var acceptAll = false

    @Option(
        help: ArgumentHelp("Why it is accepted: one for each --accept in order, or one for all.", valueName: "text"))
    var reason: [String] = []

    @Option(help: ArgumentHelp("Who does it (default: the variable USER, else operator).", valueName: "name"))
    var who: String?

    @Option(help: ArgumentHelp("Count events up to this position.", valueName: "position"))
    var asOf: Int64?

    @Option(
        help: ArgumentHelp("Day on the invoices (default: today in Japan).", valueName: "day"), transform: Parsing.day)
    var issueDay: CivilDay?

    func validate() throws {
        if !issue, !accept.isEmpty || acceptAll || issueDay != nil {
            throw ValidationError("--accept, --accept-all and --issue-day belong to --issue")
        }
        if accept.isEmpty, !acceptAll, !reason.isEmpty { throw ValidationError("--reason belongs to --accept") }
        if acceptAll, !accept.isEmpty { throw ValidationError("give --accept or --accept-all, not both") }
        if acceptAll || !accept.isEmpty, reason.isEmpty {
            throw ValidationError("say why with --reason; it is recorded")
        }
        guard reason.count <= 1 || reason.count == accept.count else {
            throw ValidationError("give one --reason for each --accept, or one for all")
        }
        guard Set(accept).count == accept.count else { throw ValidationError("--accept names an item twice") }
        if let asOf, asOf < 0 { throw ValidationError("position \(asOf) is negative; positions count from 1") }
    }

    func run() throws {
        let service = try ledger.open(.readWrite)
        let bar = ProgressBar(issue ? "close" : "draft")
        defer { bar.clear() }
        func progress(_ done: Int, _ total: Int) { bar.show(Int64(done), of: Int64(total), note: "accounts") }
        guard issue else {
            let draft = try service.draft(period: period, logCut: asOf, progress: progress)
            bar.clear()
            return CloseDraftText(draft).print(form.form, to: output)
        }
        let outcome: IssueOutcome
        do {
            outcome = try service.store.issue(
                request, by: service.actor(Author(who: AuthorOptions.name(who))), progress: progress)
        } catch let gate as GateError {
            bar.clear()
            throw refused(by: gate)
        }
        bar.clear()
        tell(outcome)
    }

    private var request: IssueRequest {
        let reasons =
            reason.count == accept.count ? reason : [String](repeating: reason.first ?? "", count: accept.count)
        return IssueRequest(
            period: period, logCut: asOf, issueDay: issueDay ?? CivilDay(surroundings.environment.now()),
            acceptances: Dictionary(uniqueKeysWithValues: zip(accept, reasons)),
            acceptEverything: acceptAll ? reason.first : nil)
    }

    /// Tells the open questions one by one, which the error itself has on one line.
    private func refused(by gate: GateError) -> Incomplete {
        let questions = gate.items.count == 1 ? "1 question is" : "\(gate.items.count) questions are"
        let row = ErrorTable.show(gate).row
        diagnostics.line(
            "kanjo: error: \(period) can't be issued, \(questions) open [\(row.code)]"
        )
        for item in gate.items { diagnostics.line(CloseDraftText.line(item)) }
        return Incomplete(row.exitStatus)
    }

    private func tell(_ outcome: IssueOutcome) {
        let (closing, isNew) =
            switch outcome {
            case .issued(let closing): (closing, true)
            case .alreadyClosed(let closing): (closing, false)
            }
        let listing = Listing(
            [
                .text("period"), .number("documents"), .number("payable_yen", "payable (yen)"), .text("issue_day"),
                .number("log_cut"),
                .number("position"),
            ],
            rows: [
                [
                    .text(closing.period.description), .integer(closing.documents), .integer(closing.payable.amount),
                    .text(closing.issueDay.description), .integer(closing.logCut), .integer(closing.position),
                ]
            ], facts: [.init("issued_now", .bool(isNew))])
        form.print(listing)
        if !isNew { diagnostics.line("\(closing.period) was closed before; nothing was changed") }
    }
}
