import CSQLite
import Foundation
import Store
import UsageLedger
import Units

/// Makes a ledger with a whole month of runs in a minute instead of many. Set-up and the starts of runs that are still
/// open go through the log; stopped runs are written straight into the projections `stopped_run`, `usage_day`, `usage_month`
/// and `coverage`, as `record` would have left them. Their events are missing, so `verify` isn't for this ledger.
struct BulkLedger {
    /// When the month is asked about: three days into the next, when a close may come. Runs that stop later are open.
    static let now = Workload.period.end.advanced(byNanoseconds: 3 * 86_400_000_000_000)

    let workload: Workload
    let path: String

    /// Step `bulk database=… runs=… accounts=… seed=… sample=… csv=…` (csv: the stopped runs for the baseline; empty:
    /// none).
    static func step(_ arguments: Arguments) throws {
        let workload = Workload(
            sample: try Sample(path: arguments.text("sample")), seed: UInt64(try arguments.integer("seed")),
            runs: try arguments.integer("runs"), accounts: try arguments.integer("accounts"))
        let bulk = BulkLedger(workload: workload, path: try arguments.text("database"))
        try bulk.recordOpenRuns()
        try bulk.writeStoppedRuns(csv: arguments.text("csv"))
    }

    private func recordOpenRuns() throws {
        let store = try LedgerStore(path: path)
        try LedgerSetUp.apply(store, accounts: workload.accounts, now: Self.now)
        let feed = path + ".open.ndjson"
        var file = try FeedFile(path: feed)
        file.write(workload.lazy.filter { $0.stop > Self.now.nanoseconds }, openAt: Self.now.nanoseconds)
        file.close()
        let recorded = try Ingest.run(store, feed: feed, now: Self.now)
        tell("open_runs", recorded)
        unlink(feed)
    }

    private func writeStoppedRuns(csv: String) throws {
        let database = try SQLite(path: path)
        try database.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -524288")
        let indexes = try database.pairs(
            "SELECT 0, name || '|' || sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'stopped_run' AND sql IS NOT NULL")
        for (_, index) in indexes { try database.execute("DROP INDEX \(index.prefix { $0 != "|" })") }
        try database.execute("BEGIN")
        var days = try writeRuns(database, csv: csv)
        try writeSums(database, &days)
        for (_, index) in indexes { try database.execute(String(index.drop { $0 != "|" }.dropFirst())) }
        try database.execute("COMMIT; PRAGMA journal_mode = WAL")
    }

    /// Writes rows of `stopped_run` in the order of its key; returns their use by day.
    private func writeRuns(_ database: SQLite, csv: String) throws -> [DayUse] {
        let accounts = Dictionary(
            uniqueKeysWithValues: try database.pairs("SELECT account, name FROM account_key").map { ($0.1, $0.0) })
        let accountNumber = (0..<workload.accounts).map { accounts[Job.accountName($0)]! }
        let plans = Dictionary(uniqueKeysWithValues: try database.pairs("SELECT plan, name FROM plan_key").map { ($0.1, $0.0) })
        let planNumber = Workload.plans.map { plans[$0.id]! }
        let users = try UserNumbers(database, workload.accounts)
        let firstTask = try database.pairs("SELECT coalesce(max(task), 0) + 1, '' FROM task")[0].0
        let insert = try database.prepare("INSERT INTO stopped_run VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18)")
        defer { sqlite3_finalize(insert) }
        let file = csv.isEmpty ? nil : fopen(csv, "w")
        defer { if let file { fclose(file) } }
        if let file { fputs("account,plan,start,stop,gpus\n", file) }
        var jobs: [(stopDay: Int64, account: Int64, task: Int64, job: Job)] = []
        for job in workload where job.stop <= Self.now.nanoseconds {
            let account = accountNumber[job.account], day = CivilDay(Instant(nanoseconds: job.stop))
            if let file { fputs("\(account),\(planNumber[job.plan]),\(job.start),\(job.stop),\(job.gpus)\n", file) }
            jobs.append((Int64(day.number), account, firstTask + Int64(jobs.count), job))
        }
        jobs.sort { ($0.stopDay, $0.account, $0.job.stop, $0.task) < ($1.stopDay, $1.account, $1.job.stop, $1.task) }
        var days: [DayUse] = []
        for (stopDay, account, task, job) in jobs {
            let plan = planNumber[job.plan]
            try database.insert(
                insert, stopDay, account, job.stop, task, 1, users.number(job), plan,
                job.gpus * 1000, 1, job.start, nil, nil, nil, 1, nil, nil, 0, 2)
            addDays(of: job, account, plan, &days)
        }
        try database.execute(
            "INSERT INTO coverage VALUES ('billable', \(2 * jobs.count)) ON CONFLICT DO UPDATE SET events = events + excluded.events")
        tell("stopped_runs", jobs.count)
        return days
    }

    private func addDays(of job: Job, _ account: Int64, _ plan: Int64, _ days: inout [DayUse]) {
        let run = Run(
            attempt: 1, account: nil, user: .unnamed, plan: nil, gpus: nil, minimumSeconds: 1, startedAt: Instant(nanoseconds: job.start),
            stoppedAt: Instant(nanoseconds: job.stop), lastProofAt: nil, limitEndsAt: nil, waived: .none, paysMinimum: true,
            firstInstant: Instant(nanoseconds: job.start), lastInstant: Instant(nanoseconds: job.stop), anomalies: [], eventCount: 2)
        run.forEachSlice(eventCut: Instant(nanoseconds: .max), silence: .none) { slice in
            let seconds = slice.seconds + slice.shortfallSeconds
            days.append(
                DayUse(
                    key: UInt64(slice.day.number) << 40 | UInt64(account) << 8 | UInt64(plan), seconds: UInt32(seconds),
                    gpus: UInt32(job.gpus)))
        }
    }

    /// Use of one run on one day; the key is day, account and plan in the order of the table's key.
    private struct DayUse {
        let key: UInt64
        let seconds: UInt32
        let gpus: UInt32
    }

    private func writeSums(_ database: SQLite, _ days: inout [DayUse]) throws {
        days.sort { $0.key < $1.key }
        let day = try database.prepare("INSERT INTO usage_day VALUES (?1,?2,?3,?4,0,?5)")
        let month = try database.prepare(
            """
            INSERT INTO usage_month SELECT ?1, ?2, ?3, position, ?4, 0, ?5 FROM price_row WHERE plan = ?3
            ON CONFLICT DO UPDATE SET seconds = usage_month.seconds + excluded.seconds,
            gpu_second_thousandths = usage_month.gpu_second_thousandths + excluded.gpu_second_thousandths
            """)
        defer {
            sqlite3_finalize(day)
            sqlite3_finalize(month)
        }
        var index = 0
        while index < days.count {
            let key = days[index].key
            var seconds: Int64 = 0, thousandths: Int64 = 0
            while index < days.count, days[index].key == key {
                seconds += Int64(days[index].seconds)
                thousandths += Int64(days[index].seconds) * Int64(days[index].gpus) * 1000
                index += 1
            }
            let number = Int64(key >> 40), account = Int64(key >> 8 & 0xFFFF_FFFF), plan = Int64(key & 0xFF)
            try database.insert(day, account, number, plan, seconds, thousandths)
            let period = Int64(CivilDay(number: Int32(number)).period.monthNumber)
            try database.insert(month, account, period, plan, seconds, thousandths)
        }
        days = []
    }
}

/// Dense numbers of the people of all accounts.
private struct UserNumbers {
    private var numbers: [Int64] = []

    init(_ database: SQLite, _ accounts: Int) throws {
        let known = Dictionary(uniqueKeysWithValues: try database.pairs("SELECT user, name FROM user_key").map { ($0.1, $0.0) })
        numbers.reserveCapacity(accounts * Workload.usersPerAccount)
        var next = (known.values.max() ?? 0) + 1
        for account in 0..<accounts {
            for user in 0..<Workload.usersPerAccount {
                let name = Job.accountName(account) + "-" + String(user)
                if let number = known[name] {
                    numbers.append(number)
                } else {
                    try database.execute("INSERT INTO user_key VALUES (\(next), '\(name)')")
                    numbers.append(next)
                    next += 1
                }
            }
        }
    }

    func number(_ job: Job) -> Int64 { numbers[job.account * Workload.usersPerAccount + job.user] }
}
