import ArgumentParser
import Documents
import Feeds
import Service
import Units

extension FeedFormat: ExpressibleByArgument {}
extension AccountField: ExpressibleByArgument {}

struct IngestCommand: AsyncParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Record usage events from files or standard input, each exactly once.",
        discussion: """
            Gzip is recognised. Files of any size take constant memory. What is counted as recorded is on disk; the \
            same file again records nothing twice. Lines that can't be used are told with their number and the \
            reason and never stop the others. Exit status 0 only if every event is in the log; 1 when some were \
            refused or in conflict.

              kanjo ingest events.ndjson.gz
              kanjo ingest jobs.csv --format jobs-csv --plan v100 --rejects bad.csv
              sacct -P --allusers --format=ALL | kanjo ingest - --format slurm
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var author: AuthorOptions

    @Argument(help: ArgumentHelp("Files, or - for standard input.", valueName: "file"))
    var files: [String]

    @Option(
        help: ArgumentHelp(
            "What the files hold: CloudEvents, a list of jobs, or the output of sacct -P.", valueName: "format"))
    var format = FeedFormat.events

    @Option(
        help: ArgumentHelp("The plan of every job of jobs-csv and slurm.", valueName: "id"), transform: Parsing.plan)
    var plan: PlanID?

    @Option(help: ArgumentHelp("Which column says who is billed (jobs-csv and slurm).", valueName: "field"))
    var accountField = AccountField.group

    @Flag(help: "Register accounts and users that the feed names and nobody has registered.")
    var createAccounts = false

    @Option(help: ArgumentHelp("Zone of local times without an offset (slurm).", valueName: "name"))
    var timeZone = "Asia/Tokyo"

    @Option(help: ArgumentHelp("Keep the lines that weren't taken, as they came.", valueName: "file"))
    var rejects: String?

    func validate() throws {
        guard files.filter({ $0 == "-" }).count <= 1 else {
            throw ValidationError("standard input (-) can be read only once")
        }
        if format == .events, plan != nil {
            throw ValidationError("--plan is for jobs-csv and slurm; events name their plan themselves")
        }
    }

    func run() async throws {
        let service = try ledger.open(.readWrite)
        let request = IngestRequest(
            paths: files, format: format,
            options: FeedOptions(plan: plan, accountField: accountField, timeZone: timeZone),
            createsAccounts: createAccounts, rejectsPath: rejects, author: author.author)
        let bar = ProgressBar("ingest")
        var last = IngestCounts()
        do {
            let counts = try await service.ingest(
                request,
                progress: { progress in
                    last = progress.counts
                    bar.show(
                        progress.bytesRead, of: progress.totalBytes,
                        note: "\(Digits.grouped(Int64(last.events))) events, \(bar.rate(last.events))")
                },
                report: { issue in
                    bar.clear()
                    diagnostics.line("\(issue.file):\(issue.line): \(issue.code): \(issue.reason.printable)")
                })
            bar.clear()
            tell(counts)
            if !counts.isComplete { throw Incomplete() }
        } catch let error where !(error is Incomplete) {
            bar.clear()
            if last.events > 0 { tell(last) }
            throw error
        }
    }

    private func tell(_ counts: IngestCounts) {
        func count(_ value: Int, _ what: String) -> String { "\(Digits.grouped(Int64(value))) \(what)" }
        output.line(
            [
                count(counts.recorded, "recorded"), count(counts.duplicate, "duplicate"),
                count(counts.conflict, "conflict"),
                count(counts.refused, "refused"),
            ].joined(separator: ", "))
        if counts.createdAccounts + counts.createdUsers > 0 {
            let accounts = count(counts.createdAccounts, counts.createdAccounts == 1 ? "account" : "accounts")
            let users = count(counts.createdUsers, counts.createdUsers == 1 ? "user" : "users")
            output.line("\(accounts) and \(users) registered")
        }
        if counts.skippedRows > 0 {
            output.line(count(counts.skippedRows, "job steps skipped, which are part of their jobs"))
        }
        if !counts.isComplete {
            diagnostics.line(
                "kanjo: \(counts.refused + counts.conflict) of \(counts.events) events are not in the log"
                    + (rejects.map { "; their lines are in \($0)" } ?? "; keep their lines with --rejects FILE"))
        }
    }
}
