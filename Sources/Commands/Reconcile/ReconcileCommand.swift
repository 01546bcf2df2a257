import ArgumentParser
import Documents
import Feeds
import Service
import Store
import Units

struct ReconcileCommand: AsyncParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compare a scheduler's own list, or the engines' containers, with the log, run by run.",
        discussion: """
            Without a list, every engine of the settings (engine.hosts) is asked for its containers, as serve does \
            each hour. A list is read as ingest reads it, but its events aren't recorded. Each run that starts in it \
            is compared: one that only the list or only the log has, other times, GPUs, account, user or plan. What \
            differs is kept as the list's claim, and a close that it touches is stopped until events or a restatement \
            make them equal, a later list agrees, or a person accepts it. Without --period, --from and --to the \
            interval is that of the list. Exit status 0 only if nothing differs that nobody has accepted.

              kanjo reconcile --config kanjo.yaml
              sacct -P --allusers --format=ALL | kanjo reconcile --slurm - --plan v100
              kanjo reconcile --events feed.ndjson
              kanjo reconcile jobs.csv --format jobs-csv --plan v100 --period 2017-10
              kanjo reconcile some.csv --format jobs-csv --partial --output json
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions
    @OptionGroup var author: AuthorOptions

    @Argument(help: ArgumentHelp("Files, or - for standard input; together one list.", valueName: "file"))
    var files: [String] = []

    @Option(help: ArgumentHelp("The output of sacct -P; the same as FILE --format slurm.", valueName: "file"))
    var slurm: [String] = []

    @Option(help: ArgumentHelp("CloudEvents; the same as FILE --format events.", valueName: "file"))
    var events: [String] = []

    @Option(
        help: ArgumentHelp(
            "What the files hold: CloudEvents, a list of jobs, or the output of sacct -P.", valueName: "format"))
    var format = FeedFormat.events

    @Option(
        help: ArgumentHelp("The plan of every job of jobs-csv and slurm.", valueName: "id"), transform: Parsing.plan)
    var plan: PlanID?

    @Option(help: ArgumentHelp("Which column says who is billed (jobs-csv and slurm).", valueName: "field"))
    var accountField = AccountField.group

    @Option(help: ArgumentHelp("Zone of local times without an offset (slurm).", valueName: "name"))
    var timeZone = "Asia/Tokyo"

    @Option(
        help: ArgumentHelp("Runs that start in this month, YYYY-MM.", valueName: "month"), transform: Parsing.period)
    var period: BillingPeriod?

    @Option(help: ArgumentHelp("Runs that start on or after this day.", valueName: "day"), transform: Parsing.day)
    var from: CivilDay?

    @Option(help: ArgumentHelp("Runs that start on or before this day.", valueName: "day"), transform: Parsing.day)
    var to: CivilDay?

    @Option(
        help: ArgumentHelp(
            "Whose runs of the log the list must have: a source of events; repeat it for more (default: the list's).",
            valueName: "source"))
    var source: [String] = []

    @Flag(help: "The list has only some of the runs: don't ask for those that it lacks.")
    var partial = false

    @Option(
        help: ArgumentHelp("Settings that name the engines (default: the variable KANJO_CONFIG).", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("A setting of the engines; may be repeated.", valueName: "key=value"))
    var set: [String] = []

    private var paths: [String] { files + slurm + events }
    private var listFormat: FeedFormat { slurm.isEmpty ? format : .slurm }

    func validate() throws {
        guard [files, slurm, events].filter({ !$0.isEmpty }).count <= 1 else {
            throw ValidationError("give the list in one way: FILE with --format, --slurm or --events")
        }
        if !slurm.isEmpty || !events.isEmpty, format != .events {
            throw ValidationError("--format is for FILE; --slurm and --events say it themselves")
        }
        if paths.isEmpty { try validateWithoutList() }
        for text in set where !text.contains("=") {
            throw ValidationError("--set \(text) has no value; write --set key=value")
        }
        guard paths.filter({ $0 == "-" }).count <= 1 else {
            throw ValidationError("standard input (-) can be read only once")
        }
        if listFormat == .events, plan != nil {
            throw ValidationError("--plan is for jobs-csv and slurm; events name their plan themselves")
        }
        if period != nil, from != nil || to != nil {
            throw ValidationError("give --period, or --from and --to, not both")
        }
        if let from, let to, from > to { throw ValidationError("--from \(from) lies after --to \(to)") }
        if partial, !source.isEmpty { throw ValidationError("--source is about runs that a list lacks; not --partial") }
    }

    /// What is about a list means nothing to an engine.
    private func validateWithoutList() throws {
        guard period == nil, from == nil, to == nil, source.isEmpty, !partial, plan == nil else {
            throw ValidationError("--period, --from, --to, --source, --partial and --plan are about a list; name one")
        }
    }

    func run() async throws {
        let compared = paths.isEmpty ? try await compareEngines() : try compareList()
        let found = compared.reconciliation
        for contradiction in found.contradictions {
            let kinds = contradiction.kinds.map(\.rawValue).joined(separator: ", ")
            diagnostics.line(
                "task \(contradiction.run.task.text.printable), attempt \(contradiction.run.attempt): the list itself "
                    + "bears \(kinds); this run was not compared")
        }
        if !found.findings.isEmpty || form.form != .table {
            form.print(ReconciliationListing.listing(found, hasProposals: form.form != .table))
        }
        if form.form == .table { output.line(ReconciliationListing.summary(found)) }
        if !compared.isRight { throw Incomplete() }
    }

    private func compareEngines() async throws -> ListComparison {
        let layers = try ConfigurationLayers.read(file: config, set: set, variable: surroundings.variable)
        let asked = try await layers.configuration.engine.askContainers()
        for (host, reason) in asked.failures {
            diagnostics.line("\(host.printable): the engine gave no list: \(reason.printable)")
        }
        let compared = try ledger.open(.readWrite).reconcile(asked, by: author.author)
        for container in compared.unreadableContainers {
            diagnostics.line("\(container.printable): the container bears our label and names no task and attempt")
        }
        return compared
    }

    private func compareList() throws -> ListComparison {
        let service = try ledger.open(.readWrite)
        let bar = ProgressBar("reconcile")
        defer { bar.clear() }
        let compared = try service.reconcile(
            request, by: author.author, progress: { done, total in bar.show(done, of: total) },
            report: { issue in
                bar.clear()
                diagnostics.line("\(issue.file):\(issue.line): \(issue.code): \(issue.reason.printable)")
            })
        bar.clear()
        return compared
    }

    private var request: ListRequest {
        ListRequest(
            paths: paths, format: listFormat,
            options: FeedOptions(plan: plan, accountField: accountField, timeZone: timeZone),
            from: period?.start ?? from?.start, to: period?.end ?? to?.next.start,
            sources: source.isEmpty ? nil : Set(source), isPartial: partial)
    }
}
