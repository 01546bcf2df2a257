import Billing
import UsageLedger
import Units

/// Sums use for a question: from the sums by day where they are enough, else run by run, else from the log itself.
struct UsageSummation {
    private let statements: StatementCache
    private let keys: Keys
    private let query: UsageQuery
    private let scope: CloseScope
    private let lookups: PriceLookups
    private let head: LogHead
    private var sums: [[String]: UsageSum] = [:]
    private var total = UsageSum()
    private var tagsOfTask: [Int64: [String]] = [:]
    /// Of a question by task: each task's rows go there as soon as they are complete.
    private var page: UsagePageRows?

    /// What a sum by day is of.
    private struct DayKey: Hashable {
        let account: Int64
        let plan: Int64
        let day: CivilDay
    }

    init(_ session: ReaderSession, _ query: UsageQuery) throws {
        statements = session.statements
        keys = session.keys
        self.query = query
        head = try LogHead.read(statements)
        let cut = min(query.logCut ?? head.size, head.size), isPresent = cut == head.size
        let pricing = try session.pricing(logCut: cut)
        // Whose accounts are known is asked only where runs are assembled from events.
        let setUp =
            isPresent
            ? SetUp(plans: pricing.plans, rules: pricing.rules) : try SetUpReader(statements, keys).setUp(logCut: cut)
        scope = CloseScope(
            period: query.to.period, logCut: cut, eventCut: query.eventCut, closings: try ClosingRows(statements).all(),
            setUp: setUp,
            isPresent: isPresent)
        lookups = pricing.lookups
    }

    mutating func answer() throws -> UsageAnswer {
        let account = try query.account.map { try keys.accounts.number(of: $0) ?? -1 }
        if !scope.isPresent {
            try addReplayed(account)
        } else if query.user == nil, query.groups.allSatisfy({ [.account, .day, .plan].contains($0) }), cutsNothing {
            try addDays(account)
            try addOpenDays(account)
        } else {
            try addRuns(account, RunRows.openRows(ofOneAccount: account != nil))
            try addRuns(account, RunRows.stoppedRows(ofOneAccount: account != nil), since: query.from.start)
        }
        let recordedAt = try recordedAt(scope.logCut)
        return UsageAnswer(
            rows: sums.map { UsageAnswer.Row(values: $0.key, sum: $0.value) }.sorted(by: Self.precedes), total: total,
            position: scope.logCut, recordedAt: recordedAt, eventCut: query.eventCut)
    }

    /// A stretch of the answer's rows. By task the rows come task by task, in the order in which the tasks were first
    /// recorded, and only the stretch is kept: O(runs), memory of the stretch.
    mutating func page(offset: Int64, limit: Int) throws -> UsagePage {
        guard query.groups.contains(.task) else {
            let whole = try answer()
            let rows = whole.rows.dropFirst(Int(offset)).prefix(limit)
            return UsagePage(
                rows: Array(rows), count: Int64(whole.rows.count), total: whole.total, position: whole.position,
                recordedAt: whole.recordedAt, eventCut: whole.eventCut)
        }
        page = UsagePageRows(offset: offset, limit: limit)
        let account = try query.account.map { try keys.accounts.number(of: $0) ?? -1 }
        if scope.isPresent {
            try addRunsByTask(account)
        } else {
            try HistoryReplay(statements, keys, scope.setUp, logCut: scope.logCut).forEach(account: account) {
                try addReplayed($0)
            }
        }
        return UsagePage(
            rows: page?.rows ?? [], count: page?.count ?? 0, total: total, position: scope.logCut,
            recordedAt: try recordedAt(scope.logCut), eventCut: query.eventCut)
    }

    private mutating func addRunsByTask(_ account: Int64?) throws {
        let rows = try RawStatementScan(
            statements, RunRows.rowsByTask(ofOneAccount: account != nil), bind: account,
            query.from.start.nanoseconds)
        var task: Int64?
        while let row = try rows.next() {
            let stored = try RunRows.read(row, keys)
            if stored.task != task { finishTask() }
            task = stored.task
            try add(stored.run, task: stored.task, name: nil, stored.account, stored.plan)
        }
        finishTask()
    }

    private mutating func addReplayed(_ recorded: RecordedTask) throws {
        for run in recorded.history.runs where query.account == nil || run.account == query.account {
            try add(
                run, task: recorded.task, name: recorded.history.task, try run.account.flatMap(keys.accounts.number),
                try run.plan.flatMap(keys.plans.number))
        }
        finishTask()
    }

    private mutating func finishTask() {
        page?.take(sums.map { UsageAnswer.Row(values: $0.key, sum: $0.value) }.sorted(by: Self.precedes))
        sums.removeAll(keepingCapacity: true)
        tagsOfTask.removeAll(keepingCapacity: true)
    }

    /// Error: `refused` when there are more rows than fit in memory.
    private func checkCount() throws {
        guard sums.count > query.greatestCount else { return }
        throw StoreError(
            .refused,
            "the answer has more than \(query.greatestCount) rows; ask for fewer days, or group by fewer things")
    }

    /// Whether no recorded run can stop after the event cut: no event is taken more than five minutes ahead of the
    /// clock.
    private var cutsNothing: Bool {
        query.eventCut > head.recordedAt.advanced(byNanoseconds: LedgerStore.toleratedFutureNanoseconds)
            || query.eventCut >= query.to.next.start
    }

    private mutating func addDays(_ account: Int64?) throws {
        let rows = try statements(account == nil ? DayScans.ofAll : DayScans.ofOneAccount)
        if let account { rows.bind(1, account) }
        rows.bind(2, Int64(query.from.number))
        rows.bind(3, Int64(query.to.number))
        while try rows.step() {
            let usage = Usage(
                seconds: rows.integer(3), shortfallSeconds: rows.integer(4), gpuSecondThousandths: rows.integer(5))
            try add(
                usage,
                of: DayKey(
                    account: rows.integer(0), plan: rows.integer(2), day: CivilDay(number: Int32(rows.integer(1)))))
        }
    }

    private mutating func add(_ usage: Usage, of key: DayKey) throws {
        let row = lookups.rows[try lookups.row(account: key.account, plan: key.plan, day: key.day)]
        let values = try query.groups.map { group -> String in
            switch group {
            case .account: try keys.accounts.name(of: key.account).text
            case .day: key.day.description
            case .plan: try keys.plans.name(of: key.plan).text
            case .task, .tag, .user: preconditionFailure("sums by day know no \(group)")
            }
        }
        sums[values, default: UsageSum()].add(usage, at: row)
        total.add(usage, at: row)
        try checkCount()
    }

    /// Runs that go on, summed by day before names and prices are looked up: an account has hundreds at once.
    private mutating func addOpenDays(_ account: Int64?) throws {
        let rows = try RawStatementScan(
            statements, RunRows.openRows(ofOneAccount: account != nil), bind: account, nil)
        var days: [DayKey: Usage] = [:]
        while let row = try rows.next() {
            let stored = try RunRows.read(row, keys), run = stored.run
            guard run.canBill, let account = stored.account, let plan = stored.plan, let gpus = run.gpus else {
                continue
            }
            run.forEachSlice(in: scope, through: query.to.period) { slice in
                guard slice.day >= query.from, slice.day <= query.to else { return }
                days[DayKey(account: account, plan: plan, day: slice.day), default: .zero] += slice.usage(gpus: gpus)
            }
        }
        for (key, usage) in days { try add(usage, of: key) }
    }

    private mutating func addRuns(_ account: Int64?, _ sql: String, since: Instant? = nil) throws {
        let rows = try RawStatementScan(statements, sql, bind: account, since?.nanoseconds)
        while let row = try rows.next() {
            let stored = try RunRows.read(row, keys)
            try add(stored.run, task: stored.task, name: nil, stored.account, stored.plan)
        }
    }

    private mutating func addReplayed(_ account: Int64?) throws {
        var found: [(run: Run, task: Int64, name: TaskID)] = []
        try HistoryReplay(statements, keys, scope.setUp, logCut: scope.logCut).forEach(account: account) { recorded in
            for run in recorded.history.runs where query.account == nil || run.account == query.account {
                found.append((run, recorded.task, recorded.history.task))
            }
        }
        for (run, task, name) in found {
            try add(
                run, task: task, name: name, try run.account.flatMap(keys.accounts.number),
                try run.plan.flatMap(keys.plans.number))
        }
    }

    private mutating func add(_ run: Run, task: Int64, name: TaskID?, _ account: Int64?, _ plan: Int64?) throws {
        guard run.canBill, let account, let plan, let gpus = run.gpus, query.user == nil || query.user == run.user
        else { return }
        var slices: [Slice] = []
        run.forEachSlice(in: scope, through: query.to.period) {
            if $0.day >= query.from, $0.day <= query.to { slices.append($0) }
        }
        guard !slices.isEmpty else { return }
        let tags = query.groups.contains(.tag) ? try self.tags(of: task) : [""]
        for slice in slices {
            let usage = slice.usage(gpus: gpus)
            let row = lookups.rows[try lookups.row(account: account, plan: plan, day: slice.day)]
            total.add(usage, at: row)
            for tag in tags {
                let values = try query.groups.map { group -> String in
                    switch group {
                    case .account: run.account?.text ?? ""
                    case .day: slice.day.description
                    case .plan: run.plan?.text ?? ""
                    case .task: try (name ?? TaskEvents(statements).taskName(task)).text
                    case .tag: tag
                    case .user: run.user.text
                    }
                }
                sums[values, default: UsageSum()].add(usage, at: row)
            }
        }
        try checkCount()
    }

    /// Tags of the task's submitted events; one empty tag for a task without any.
    private mutating func tags(of task: Int64) throws -> [String] {
        if let known = tagsOfTask[task] { return known }
        let found = try TaskEvents(statements).tags(of: task, logCut: scope.logCut)
        let tags = found.isEmpty ? [""] : found
        tagsOfTask[task] = tags
        return tags
    }

    private func recordedAt(_ position: Int64) throws -> Instant {
        let row = try statements("SELECT recorded_at FROM event WHERE position = ?1")
        row.bind(1, position)
        guard try row.step() else { return head.recordedAt }
        defer { row.reset() }
        return Instant(nanoseconds: row.integer(0))
    }

    private static func precedes(_ left: UsageAnswer.Row, _ right: UsageAnswer.Row) -> Bool {
        for (a, b) in zip(left.values, right.values) where a != b {
            return a.utf8.lexicographicallyPrecedes(b.utf8)
        }
        return false
    }
}

extension LedgerStore {
    /// Answers a question about use. The same slices as preview and invoice, unrounded. O(days of the account) when it
    /// is asked by account, day and plan; O(runs) by task, tag or user; O(events) as of a position.
    public func usage(_ query: UsageQuery) throws -> UsageAnswer {
        try read { session in
            var summation = try UsageSummation(session, query)
            return try summation.answer()
        }
    }

    /// The same answer, a stretch of its rows. Error: `refused` when the answer is longer than the question allows.
    public func usagePage(_ query: UsageQuery, offset: Int64, limit: Int) throws -> UsagePage {
        try read { session in
            var summation = try UsageSummation(session, query)
            return try summation.page(offset: offset, limit: limit)
        }
    }
}
