import Units
import UsageLedger

/// The output of `sacct -P` (best with `-a -D -X`): columns in any order, separated by `|` (§11).
///
/// An attempt is named by the row's start in Unix seconds, so that a later export repeats the ids, and the bodies, of
/// what it already told: submitted `<JobID>/submitted/<submit>`, started and stopped `<JobID>/<attempt>/…`, canceled
/// `<JobID>/canceled/<time>`. Suspended time is billed. Steps (`123.batch`) are part of their job and skipped.
/// Without a submit time the started event names account, user and plan.
final class SlurmFeed: JobListFeed {
    private static let requiredColumns = ["JobID", "User", "Account", "State", "Start", "End", "AllocTRES"]

    struct Columns {
        let header: Header
        let id, user, account, state, start, end, resources: Int
        let submit, name, exitCode, node: Int?
        let accountName: String

        init(_ rows: RowReader, _ options: FeedOptions) throws(EventError) {
            header = try Header(rows, required: SlurmFeed.requiredColumns)
            accountName = options.accountField == .user ? "User" : "Account"
            (id, user, account) = (header.required("JobID"), header.required("User"), header.required(accountName))
            (state, resources) = (header.required("State"), header.required("AllocTRES"))
            (start, end, submit) = (header.required("Start"), header.required("End"), header.position("Submit"))
            (name, exitCode) = (header.position("JobName"), header.position("ExitCode"))
            node = header.position("NodeList")
        }
    }

    let rows: RowReader
    private let options: FeedOptions
    private var times: SlurmTimes
    var progress = JobListProgress()
    var columns: Columns?
    private var writer = EventWriter(source: "slurm")
    private(set) var skippedRows = 0
    var header: [UInt8]?

    init(_ source: any ByteSource, _ options: FeedOptions) throws(FeedError) {
        rows = RowReader(source, separator: UInt8(ascii: "|"), hasQuoting: false, limit: options.recordLimit)
        times = SlurmTimes(clock: try LocalClock(zone: options.timeZone))
        self.options = options
    }

    func readHeader() throws(EventError) -> Columns { try Columns(rows, options) }

    func readRow(_ columns: Columns, _ original: [UInt8], _ items: inout [FeedItem]) throws(EventError) {
        try rows.checkFieldCount(columns.header)
        guard !rows.field(columns.id).contains(UInt8(ascii: ".")) else {
            skippedRows += 1
            return
        }
        try rows.check("JobID", columns.id, TaskID.init)
        try rows.check(columns.accountName, columns.account, AccountID.init)
        if options.accountField != .user { try rows.check("User", columns.user, UserID.init) }
        let row = SlurmRow(
            state: rows.fieldText(columns.state),
            submit: try columns.submit.flatMap { index throws(EventError) in try times.read(rows, "Submit", index) },
            start: try times.read(rows, "Start", columns.start),
            end: try times.read(rows, "End", columns.end),
            holdsNothing: rows.field(columns.resources).isEmpty)
        let course = row.course
        let gpus = try gpus(columns, isNeeded: course.hasRun || !row.holdsNothing)
        if course == .timeless {
            throw EventError(
                .invalidRow, field: "Start", "line \(rows.line): the row has no time at all; it is not used")
        }
        write(row, course, gpus, columns) {
            items.append(FeedItem(line: rows.line, content: .success($0), original: original))
        }
    }

    private func gpus(_ columns: Columns, isNeeded: Bool) throws(EventError) -> GPUQuantity? {
        guard isNeeded else { return nil }
        switch AllocatedGPUs(rows.field(columns.resources)) {
        case .quantity(let quantity): return quantity
        case .none:
            throw rows.refusal(
                "AllocTRES", columns.resources, "holds no GPU (gres/gpu); the job is not billed as a GPU job",
                code: .notAGPUJob)
        case .invalid: throw rows.refusal("AllocTRES", columns.resources, "holds no count of GPUs from 1 to 65535")
        }
    }

    private func write(
        _ row: SlurmRow, _ course: SlurmRow.Course, _ gpus: GPUQuantity?, _ columns: Columns, append: ([UInt8]) -> Void
    ) {
        let subject = rows.field(columns.id)
        if let submit = row.submit {
            writer.begin(.submitted, subject: subject, idTail: "/submitted/", number: submit.unixSeconds, time: submit)
            writeIdentity(columns)
            append(writer.end())
        }
        switch course {
        case .waiting, .timeless: break
        case .canceled(let time):
            writer.begin(.canceled, subject: subject, idTail: "/canceled/", number: time.unixSeconds, time: time)
            writer.key("reason")
            writer.string(row.state)
            append(writer.end())
        case .open(let start):
            writeStarted(start, gpus, columns, namesIdentity: row.submit == nil)
            append(writer.end())
        case .ended(let start, let end):
            writeStarted(start, gpus, columns, namesIdentity: row.submit == nil)
            append(writer.end())
            writer.begin(
                .stopped, subject: subject, idTail: "/", number: start.unixSeconds, lastTail: "/stopped", time: end)
            writer.key("attempt")
            writer.integer(start.unixSeconds)
            writer.key("outcome")
            writer.string(outcome(ofState: row.stateWord).rawValue)
            if let code = exitCode(columns) {
                writer.key("exit_code")
                writer.integer(code)
            }
            append(writer.end())
        }
    }

    private func writeStarted(_ start: Instant, _ gpus: GPUQuantity?, _ columns: Columns, namesIdentity: Bool) {
        writer.begin(
            .started, subject: rows.field(columns.id), idTail: "/", number: start.unixSeconds, lastTail: "/started",
            time: start)
        writer.key("attempt")
        writer.integer(start.unixSeconds)
        if let node = columns.node.map({ rows.fieldText($0) }), !node.isEmpty, node != "None assigned" {
            writer.key("node")
            writer.string(node)
        }
        if let gpus {
            writer.key("gpus")
            writer.gpus(gpus)
        }
        if namesIdentity { writeIdentity(columns) }
    }

    private func writeIdentity(_ columns: Columns) {
        writer.identity(
            account: rows.field(columns.account), user: rows.field(columns.user), plan: options.plan,
            name: columns.name.map { rows.fieldText($0) } ?? "")
    }

    /// `3:0` is exit code 3; `0:9`, ended by signal 9, is 137 as a shell says it.
    private func exitCode(_ columns: Columns) -> Int64? {
        guard let column = columns.exitCode else { return nil }
        let parts = rows.fieldText(column).split(separator: ":", omittingEmptySubsequences: false).map { UInt16($0) }
        guard parts.count == 2, let code = parts[0], let signal = parts[1] else { return nil }
        return Int64(code == 0 && signal > 0 ? 128 + signal : code)
    }
}

extension SlurmRow.Course {
    fileprivate var hasRun: Bool {
        switch self {
        case .open, .ended: true
        case .waiting, .canceled, .timeless: false
        }
    }
}
