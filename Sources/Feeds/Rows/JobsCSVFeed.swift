import Units
import UsageLedger

/// A list of jobs as CSV with the columns `job_id,user,group,gpus,cpus,submit_utc,start_utc,end_utc,state` in any
/// order (§11).
///
/// One row is submitted + started + stopped of attempt 1; ids are `<job_id>/submitted` and so on, so that the same
/// row twice is a duplicate. No end: an open run. No start: submitted, and canceled if the row has an end or a state
/// that means it. No submit time: no submitted event, and the started one names account, user and plan. Times that
/// contradict each other are for the ledger to judge.
final class JobsCSVFeed: JobListFeed {
    private static let columnNames = [
        "job_id", "user", "group", "gpus", "cpus", "submit_utc", "start_utc", "end_utc", "state",
    ]

    struct Columns {
        let header: Header
        let id, user, account, gpus, submit, start, end, state: Int
        let accountName: String

        init(_ rows: RowReader, _ options: FeedOptions) throws(EventError) {
            header = try Header(rows, required: JobsCSVFeed.columnNames)
            accountName = options.accountField == .user ? "user" : "group"
            (id, user, account) = (header.required("job_id"), header.required("user"), header.required(accountName))
            (gpus, submit, start) = (
                header.required("gpus"), header.required("submit_utc"), header.required("start_utc")
            )
            (end, state) = (header.required("end_utc"), header.required("state"))
        }
    }

    let rows: RowReader
    private let options: FeedOptions
    var progress = JobListProgress()
    var columns: Columns?
    private var writer = EventWriter(source: "jobs-csv")

    let skippedRows = 0
    var header: [UInt8]?

    init(_ source: any ByteSource, _ options: FeedOptions) {
        rows = RowReader(source, separator: UInt8(ascii: ","), hasQuoting: true, limit: options.recordLimit)
        self.options = options
    }

    func readHeader() throws(EventError) -> Columns { try Columns(rows, options) }

    func readRow(_ columns: Columns, _ original: [UInt8], _ items: inout [FeedItem]) throws(EventError) {
        try rows.checkFieldCount(columns.header)
        try rows.check("job_id", columns.id, TaskID.init)
        try rows.check(columns.accountName, columns.account, AccountID.init)
        if options.accountField != .user { try rows.check("user", columns.user, UserID.init) }
        let submit = try rows.time("submit_utc", columns.submit)
        let start = try rows.time("start_utc", columns.start)
        let end = try rows.time("end_utc", columns.end)
        // A job that never ran needs no GPUs.
        let hasGPUs = start != nil || !rows.field(columns.gpus).isEmpty
        let gpus = hasGPUs ? try rows.gpus("gpus", columns.gpus) : nil
        let outcome = outcome(ofState: rows.fieldText(columns.state))
        let canceled = start == nil ? end ?? (outcome == .canceled ? submit : nil) : nil
        let subject = rows.field(columns.id)
        guard submit != nil || start != nil || canceled != nil else {
            throw EventError(
                .invalidRow, field: "start_utc", "line \(rows.line): the row has no time at all; it is not used")
        }
        func append() {
            items.append(FeedItem(line: rows.line, content: .success(writer.end()), original: original))
        }
        if let submit {
            writer.begin(.submitted, subject: subject, idTail: "/submitted", time: submit)
            writeIdentity(columns)
            append()
        }
        if let start, let gpus {
            writer.begin(.started, subject: subject, idTail: "/started", time: start)
            writer.key("attempt")
            writer.integer(1)
            writer.key("gpus")
            writer.gpus(gpus)
            if submit == nil { writeIdentity(columns) }
            append()
            guard let end else { return }
            writer.begin(.stopped, subject: subject, idTail: "/stopped", time: end)
            writer.key("attempt")
            writer.integer(1)
            writer.key("outcome")
            writer.string(outcome.rawValue)
            append()
        } else if let canceled {
            writer.begin(.canceled, subject: subject, idTail: "/canceled", time: canceled)
            append()
        }
    }

    private func writeIdentity(_ columns: Columns) {
        writer.identity(account: rows.field(columns.account), user: rows.field(columns.user), plan: options.plan)
    }
}
