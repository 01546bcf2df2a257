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

/// Reads and writes rows of `run`.
struct RunRows {
    private let keys: Keys
    private let upsert: RawStatement
    private let update: RawStatement
    private let remove: RawStatement

    static let columns = """
        task, attempt, account, user, plan, gpu_thousandths, minimum_seconds, started_at, stopped_at, last_proof_at, \
        limit_ends_at, waived, pays_minimum, first_instant, last_instant, anomalies, event_count
        """

    /// Rows of runs without a stop: of one account, bound as ?1, or of all. Without the index's name SQLite walks all
    /// runs.
    static func openRows(ofOneAccount: Bool) -> String {
        ofOneAccount
            ? "SELECT \(columns) FROM run WHERE account = ?1 AND stopped_at IS NULL"
            : "SELECT \(columns) FROM run INDEXED BY run_open WHERE stopped_at IS NULL"
    }

    init(_ statements: StatementCache, _ keys: Keys) throws {
        self.keys = keys
        upsert = try statements(
            "INSERT OR REPLACE INTO run (\(Self.columns)) VALUES "
                + "(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17)"
        )
        update = try statements(
            """
            UPDATE run SET started_at = ?8, stopped_at = ?9, last_proof_at = ?10, limit_ends_at = ?11, waived = ?12,
            pays_minimum = ?13,
            first_instant = ?14, last_instant = ?15, anomalies = ?16, event_count = ?17 WHERE task = ?1 AND attempt = ?2
            """)
        remove = try statements("DELETE FROM run WHERE task = ?1 AND attempt = ?2")
    }

    /// - Parameter before: what the row of the task and attempt holds now; `nil` when there may be none. If whom and
    ///   what it names stays, only its times are written, which spares the checks of foreign keys.
    func write(task: Int64, _ run: Run, before: Run? = nil) throws {
        if let before, before.account == run.account, before.user == run.user, before.plan == run.plan,
            before.gpus == run.gpus,
            before.minimumSeconds == run.minimumSeconds
        {
            return try write(task, run, update)
        }
        upsert.bind(3, try run.account.map(keys.accounts.numberAddingIfNeeded))
        upsert.bind(4, try keys.users.numberAddingIfNeeded(of: run.user))
        upsert.bind(5, try run.plan.map(keys.plans.numberAddingIfNeeded))
        upsert.bind(6, run.gpus?.thousandths)
        upsert.bind(7, run.minimumSeconds)
        try write(task, run, upsert)
    }

    private func write(_ task: Int64, _ run: Run, _ statement: RawStatement) throws {
        statement.bind(1, task)
        statement.bind(2, run.attempt)
        statement.bind(8, run.startedAt?.nanoseconds)
        statement.bind(9, run.stoppedAt?.nanoseconds)
        statement.bind(10, run.lastProofAt?.nanoseconds)
        statement.bind(11, run.limitEndsAt?.nanoseconds)
        statement.bind(12, run.waived.spans.isEmpty ? nil : Self.text(run.waived))
        statement.bind(13, Int64(run.paysMinimum ? 1 : 0))
        statement.bind(14, run.firstInstant.nanoseconds)
        statement.bind(15, run.lastInstant.nanoseconds)
        statement.bind(16, Int64(run.anomalies.rawValue))
        statement.bind(17, Int64(run.eventCount))
        try statement.run()
    }

    func delete(task: Int64, attempt: Int64) throws {
        remove.bind(1, task)
        remove.bind(2, attempt)
        try remove.run()
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
