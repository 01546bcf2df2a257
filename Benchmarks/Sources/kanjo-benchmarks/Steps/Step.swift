import Store

/// One measurement in a process of its own, so that its memory is its own too. Tells what it found as `key=value`
/// lines.
enum Step: String {
    case setup, feed, ingest, rows, bulk, month, draft, issue, print, verify

    func run(_ arguments: Arguments) throws {
        switch self {
        case .setup: try setUp(arguments)
        case .feed: try feed(arguments)
        case .ingest: try Ingest.step(arguments)
        case .rows: try EventRows.step(arguments)
        case .bulk: try BulkLedger.step(arguments)
        case .month: try AccountMonth.step(arguments)
        case .draft: try Close.draft(arguments)
        case .issue: try Close.issue(arguments)
        case .print: try Printing.step(arguments)
        case .verify: try verify(arguments)
        }
    }

    /// Step `setup database=… accounts=…`: a ledger with set-up and no event yet.
    private func setUp(_ arguments: Arguments) throws {
        let store = try LedgerStore(path: arguments.text("database"))
        try LedgerSetUp.apply(store, accounts: arguments.integer("accounts"), now: LedgerSetUp.now)
    }

    /// Step `verify database=…`: bodies, leaf hashes and root of a log.
    private func verify(_ arguments: Arguments) throws {
        let store = try LedgerStore(path: arguments.text("database"), mode: .readOnly)
        let begin = seconds()
        let report = try store.verifyLog()
        tell("seconds", seconds() - begin)
        guard report.isRight else { throw BenchmarkError("the log is damaged: \(report.checks)") }
        tell("events", report.logSize)
        tell("mebibytes", peakMebibytes())
    }

    /// Step `feed file=… sample=… seed=… runs=… accounts=… take=…`: the first jobs of the month.
    private func feed(_ arguments: Arguments) throws {
        let workload = Workload(
            sample: try Sample(path: arguments.text("sample")), seed: UInt64(try arguments.integer("seed")),
            runs: try arguments.integer("runs"), accounts: try arguments.integer("accounts"))
        var file = try FeedFile(path: arguments.text("file"))
        file.write(workload.prefix(try arguments.integer("take")))
        file.close()
        tell("events", file.events)
    }
}
