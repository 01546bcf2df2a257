import ArgumentParser
import Feeds
import Units

struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Print a job list as CloudEvents, one a line: what POST /events/ takes. Nothing is recorded.",
        discussion: """
            The events are those that ingest makes of the same rows, with the same ids: recorded either way, they \
            are recorded once. Rows that can't be used are told with their number and the reason; the exit status \
            is then 1.

              kanjo convert jobs.csv --format jobs-csv --plan v100 | gzip > events.gz
              sacct -P --allusers --format=ALL | kanjo convert - --format slurm --plan v100
            """)

    @Argument(help: ArgumentHelp("A file, or - for standard input.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("What the file holds.", valueName: "format"))
    var format: FeedFormat

    @Option(help: ArgumentHelp("The plan of every job.", valueName: "id"), transform: Parsing.plan)
    var plan: PlanID?

    @Option(help: ArgumentHelp("Which column says who is billed.", valueName: "field"))
    var accountField = AccountField.group

    @Option(help: ArgumentHelp("Zone of local times without an offset (slurm).", valueName: "name"))
    var timeZone = "Asia/Tokyo"

    func run() throws {
        let options = FeedOptions(plan: plan, accountField: accountField, timeZone: timeZone)
        let reader = try FeedReader(path: file, format: format, options: options)
        var refused = 0
        while let item = reader.next() {
            switch item.content {
            case .success(let event): Surroundings.current.output.line(String(decoding: event, as: UTF8.self))
            case .failure(let error):
                refused += 1
                Surroundings.current.diagnostics.line("\(file):\(item.line): \(error.description.printable)")
            }
        }
        if refused > 0 { throw Incomplete() }
    }
}
