import ArgumentParser
import Documents
import Service
import UsageLedger
import Units

struct AnomaliesResolveCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Waive a run, or say what it really was; the decision is recorded as an event.",
        discussion: """
            --waive without --from and --to covers the whole run. --restate replaces only what is given.

              kanjo anomalies resolve job-17 --waive --reason "host failed" --who mika
              kanjo anomalies resolve job-18 --restate --gpus 8 --reason "sold as 8"
              kanjo anomalies resolve job-18 --restate --attempt 2 --reason "log" \\
                --stopped-at 2017-10-03T12:00:00+09:00
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var author: AuthorOptions

    @Argument(help: ArgumentHelp("The task.", valueName: "task"), transform: Parsing.task)
    var task: TaskID

    @Option(help: ArgumentHelp("Which of its runs.", valueName: "number"))
    var attempt: Int64 = 1

    @Flag(help: "The run, or a part of it, is not billable.")
    var waive = false

    @Option(help: ArgumentHelp("First instant that is waived.", valueName: "time"), transform: Parsing.instant)
    var from: Instant?

    @Option(help: ArgumentHelp("Instant at which the waived time ends.", valueName: "time"), transform: Parsing.instant)
    var to: Instant?

    @Flag(help: "Say what the run really was.")
    var restate = false

    @Option(help: ArgumentHelp("Its start.", valueName: "time"), transform: Parsing.instant)
    var startedAt: Instant?

    @Option(help: ArgumentHelp("Its stop.", valueName: "time"), transform: Parsing.instant)
    var stoppedAt: Instant?

    @Option(help: ArgumentHelp("Who is billed.", valueName: "id"), transform: Parsing.account)
    var account: AccountID?

    @Option(help: ArgumentHelp("Whose run it was.", valueName: "id"), transform: Parsing.user)
    var user: UserID?

    @Option(help: ArgumentHelp("What it ran on.", valueName: "id"), transform: Parsing.plan)
    var plan: PlanID?

    @Option(help: ArgumentHelp("Its GPUs.", valueName: "count"), transform: Parsing.gpus)
    var gpus: GPUQuantity?

    private var restatement: Restatement {
        Restatement(
            startedAt: startedAt, stoppedAt: stoppedAt,
            identity: NamedIdentity(account: account, user: user, plan: plan), gpus: gpus)
    }

    func validate() throws {
        guard waive != restate else { throw ValidationError("give either --waive or --restate") }
        guard author.reason?.isEmpty == false else {
            throw ValidationError("say why with --reason; it is kept with the decision")
        }
        if waive, !restatement.isEmpty {
            throw ValidationError("--started-at, --stopped-at and the like belong to --restate")
        }
        if restate, from != nil || to != nil { throw ValidationError("--from and --to belong to --waive") }
        if restate, restatement.isEmpty {
            throw ValidationError("--restate needs one of --started-at --stopped-at --account --user --plan --gpus")
        }
    }

    func run() throws {
        let service = try ledger.open(.readWrite)
        let recorded = try service.resolve(
            task: task, attempt: attempt, as: waive ? .waive(from: from, to: to) : .restate(restatement),
            by: author.author)
        output.line(
            "\(recorded.type.name) of task \(task.text.printable), attempt \(attempt), "
                + "recorded at position \(recorded.position)"
        )
        if recorded.remaining.isEmpty {
            output.line("the run bears no anomaly any more")
        } else {
            for kind in recorded.remaining { output.line("still \(kind.rawValue): \(kind.remedy)") }
        }
    }
}
