import UsageLedger
import Units

/// A run as its table row holds it: dense keys instead of names.
struct StoredRun: Hashable {
    var task: Int64
    var account: Int64?
    var user: Int64
    var plan: Int64?
    var run: Run
}

/// Whom and what a run names, as the tables number it.
struct RunNumbers {
    fileprivate let accountID: AccountID?
    fileprivate let userID: UserID
    fileprivate let planID: PlanID?
    /// 0 for none.
    let account: Int64
    let user: Int64
    let plan: Int64?

    fileprivate func areOf(_ run: Run) -> Bool {
        accountID == run.account && planID == run.plan && userID == run.user
    }
}

/// Reads and writes rows of `open_run` and `stopped_run`.
struct RunRows {
    private let keys: Keys
    private let insertOpen: RawStatement
    private let insertStopped: RawStatement
    private let removeOpen: RawStatement
    private let removeStopped: RawStatement

    /// Of the view `run`, in the order that `read` takes them.
    static let columns = """
        task, attempt, account, user, plan, gpu_thousandths, minimum_seconds, started_at, stopped_at, last_proof_at, \
        limit_ends_at, waived, pays_minimum, first_instant, last_instant, anomalies, event_count
        """

    init(_ statements: StatementCache, _ keys: Keys) throws {
        self.keys = keys
        let columns = """
            task, attempt, account, user, plan, gpu_thousandths, minimum_seconds, started_at, last_proof_at, \
            limit_ends_at, waived, pays_minimum, first_instant, last_instant, anomalies, event_count
            """
        let values = "?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16"
        insertOpen = try statements("INSERT OR REPLACE INTO open_run (\(columns)) VALUES (\(values))")
        insertStopped = try statements(
            "INSERT OR REPLACE INTO stopped_run (\(columns), stop_day, stopped_at) VALUES (\(values),?17,?18)")
        removeOpen = try statements("DELETE FROM open_run WHERE task = ?1 AND attempt = ?2 AND account = ?3")
        removeStopped = try statements(
            """
            DELETE FROM stopped_run WHERE task = ?1 AND attempt = ?2 AND account = ?3 AND stop_day = ?17
            AND stopped_at = ?18
            """)
    }

    /// Where a run's row stands: its account, and for a stopped run when it stopped.
    private struct Place: Hashable {
        let account: Int64
        let stoppedAt: Instant?
    }

    /// The dense numbers of a run's names, given now where they have none.
    /// - Parameter known: those of another run, perhaps of the same names; `nil` when none is at hand.
    func numbers(of run: Run, known: RunNumbers?) throws -> RunNumbers {
        if let known, known.areOf(run) { return known }
        return RunNumbers(
            accountID: run.account, userID: run.user, planID: run.plan,
            account: try run.account.map(keys.accounts.numberAddingIfNeeded) ?? 0,
            user: try keys.users.numberAddingIfNeeded(of: run.user),
            plan: try run.plan.map(keys.plans.numberAddingIfNeeded))
    }

    /// - Parameter before: what the row of the task and attempt holds now; `nil` when there is none.
    func write(task: Int64, _ run: Run, _ numbers: RunNumbers, before: (run: Run, numbers: RunNumbers)?) throws {
        let place = Place(account: numbers.account, stoppedAt: run.stoppedAt)
        if let before {
            let old = Place(account: before.numbers.account, stoppedAt: before.run.stoppedAt)
            if old != place { try delete(task: task, attempt: run.attempt, old) }
        }
        let statement = place.stoppedAt == nil ? insertOpen : insertStopped
        let start = run.startedAt?.nanoseconds, end = run.stoppedAt?.nanoseconds ?? start
        statement.bind(1, task)
        statement.bind(2, run.attempt)
        bind(statement, place)
        statement.bind(4, numbers.user)
        statement.bind(5, numbers.plan)
        statement.bind(6, run.gpus?.thousandths)
        statement.bind(7, run.minimumSeconds)
        statement.bind(8, start)
        statement.bind(9, Self.unless(start, run.lastProofAt))
        statement.bind(10, run.limitEndsAt?.nanoseconds)
        statement.bind(11, run.waived.spans.isEmpty ? nil : Self.text(run.waived))
        statement.bind(12, Int64(run.paysMinimum ? 1 : 0))
        statement.bind(13, Self.unless(start, run.firstInstant))
        statement.bind(14, Self.unless(end, run.lastInstant))
        statement.bind(15, Int64(run.anomalies.rawValue))
        statement.bind(16, Int64(run.eventCount))
        try statement.run()
    }

    /// `nil` where an instant is what its column's NULL stands for.
    private static func unless(_ usual: Int64?, _ instant: Instant?) -> Int64? {
        instant?.nanoseconds == usual ? nil : instant?.nanoseconds
    }

    private func delete(task: Int64, attempt: Int64, _ place: Place) throws {
        let statement = place.stoppedAt == nil ? removeOpen : removeStopped
        statement.bind(1, task)
        statement.bind(2, attempt)
        bind(statement, place)
        try statement.run()
        guard statement.changes == 1 else {
            throw StoreError(.corrupt, "the row of attempt \(attempt) of task \(task) isn't where it was; run rebuild")
        }
    }

    private func bind(_ statement: RawStatement, _ place: Place) {
        statement.bind(3, place.account)
        guard let stoppedAt = place.stoppedAt else { return }
        statement.bind(17, Int64(CivilDay(stoppedAt).number))
        statement.bind(18, stoppedAt.nanoseconds)
    }

    /// The row under a statement that selects `RunRows.columns` first.
    static func read(_ row: RawStatement, _ keys: Keys) throws -> StoredRun {
        let account = row.optionalInteger(2), plan = row.optionalInteger(4)
        let run = Run(
            attempt: row.integer(1), account: try account.map(keys.accounts.name),
            user: try keys.users.name(of: row.integer(3)),
            plan: try plan.map(keys.plans.name), gpus: row.optionalInteger(5).flatMap(GPUQuantity.init(thousandths:)),
            minimumSeconds: row.integer(6), startedAt: row.optionalInteger(7).map(Instant.init(nanoseconds:)),
            stoppedAt: row.optionalInteger(8).map(Instant.init(nanoseconds:)),
            lastProofAt: row.optionalInteger(9).map(Instant.init(nanoseconds:)),
            limitEndsAt: row.optionalInteger(10).map(Instant.init(nanoseconds:)),
            waived: try row.optionalText(11).map(waivedTime) ?? .none, paysMinimum: row.integer(12) == 1,
            firstInstant: Instant(nanoseconds: row.integer(13)), lastInstant: Instant(nanoseconds: row.integer(14)),
            anomalies: AnomalySet(rawValue: Int(row.integer(15))), eventCount: Int(row.integer(16)))
        return StoredRun(task: row.integer(0), account: account, user: row.integer(3), plan: plan, run: run)
    }

    /// `from/to from/to …` in nanoseconds.
    private static func text(_ waived: WaivedTime) -> String {
        waived.spans.map { "\($0.from.nanoseconds)/\($0.to.nanoseconds)" }.joined(separator: " ")
    }

    private static func waivedTime(_ text: String) throws -> WaivedTime {
        WaivedTime(
            try text.split(separator: " ").map { pair in
                let ends = pair.split(separator: "/").compactMap { Int64($0) }
                guard ends.count == 2, ends[0] < ends[1] else {
                    throw StoreError(.corrupt, "waived time '\(text)' can't be read; run rebuild")
                }
                return TimeSpan(from: Instant(nanoseconds: ends[0]), to: Instant(nanoseconds: ends[1]))
            })
    }
}
