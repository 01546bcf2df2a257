import Foundation

/// Measures the parts one after the other, each beside its baseline.
struct Measuring {
    let sizes: Sizes

    func measure(_ part: Part) throws -> [Measured] {
        log("\(part.rawValue) …")
        return switch part {
        case .ingest: try sizes.ingestedAccounts.flatMap(ingest)
        case .month: try month()
        case .draft: try draft()
        case .issue: [try issue()]
        case .print: [try print()]
        case .verify: [try verify()]
        }
    }

    private func ingest(accounts: Int) throws -> [Measured] {
        defer { for name in ["insert.db", "feed.ndjson", "rows.bin"] { sizes.remove(name) } }
        let feed = try ChildProcess.step(
            .feed,
            sizes.workload(runs: sizes.ingestedRuns, accounts: accounts)
                .merging(["file": sizes.file("feed.ndjson"), "take": sizes.ingestedRuns]) { $1 })
        var ours: [Double] = [], theirs: [Double] = [], work: [Double] = [], theirWork: [Double] = []
        for round in 0..<sizes.repeats {
            sizes.remove("ingest.db")
            sizes.remove("insert.db")
            let mine = try ChildProcess.step(
                .ingest, ["feed": sizes.file("feed.ndjson"), "database": sizes.file("ingest.db"),
                    "accounts": accounts,
                ])
            guard mine["events"] == feed["events"] else { throw BenchmarkError("not every event was recorded: \(mine) \(feed)") }
            ours.append(try mine.number("events") / mine.number("seconds"))
            if round == 0 {
                _ = try ChildProcess.step(.rows, ["database": sizes.file("ingest.db"), "file": sizes.file("rows.bin")])
            }
            let other = try ChildProcess.run(
                sizes.baselines + "/insert", [sizes.schema, sizes.file("rows.bin"), sizes.file("insert.db"), "1000"])
            theirs.append(try other.number("events") / other.number("seconds"))
            work.append(try mine.number("work_seconds") / mine.number("events") * 1e6)
            theirWork.append(try other.number("work_seconds") / other.number("events") * 1e6)
            log("  ours \(mine), C \(other)")
        }
        let ratio = zip(ours, theirs).map { $0 / $1 }.median
        let rate = Measured(
            work: "ingest of \(grouped(Int(feed["events"]!)!)) events, batches of 1,000, each durable, \(grouped(accounts)) accounts",
            ours: grouped(Int(ours.median)) + " events/s",
            baseline: grouped(Int(theirs.median)) + " events/s (C on the SQLite API: same rows, keys and indexes)",
            ratio: decimal(ratio), reach: "≥ 0.4, moonshot 0.8")
        let processor = Measured(
            work: "processor time of its writing thread", ours: decimal(work.median) + " µs/event",
            baseline: decimal(theirWork.median) + " µs/event", ratio: decimal(zip(theirWork, work).map { $0 / $1 }.median), reach: "–")
        return [rate, processor]
    }

    private func month() throws -> [Measured] {
        defer { sizes.remove("small.db") }
        try makeLedger()
        try bulk("small.db", runs: sizes.runs / 100, accounts: sizes.accounts / 100)
        let told = try ChildProcess.step(
            .month,
            [
                "large": sizes.file("large.db"), "large_accounts": sizes.accounts, "small": sizes.file("small.db"),
                "small_accounts": sizes.accounts / 100, "queries": 10_000, "seed": sizes.seed,
            ])
        log("  \(told)")
        return try ["p50", "p99"].map { quantile in
            let large = try told.number("large_" + quantile) / 1000, small = try told.number("small_" + quantile) / 1000
            return Measured(
                work: "one account's month by day and plan, \(grouped(sizes.runs)) runs stored, \(quantile)",
                ours: decimal(large, 3) + " ms", baseline: decimal(small, 3) + " ms (\(grouped(sizes.runs / 100)) runs stored)",
                ratio: decimal(large / small), reach: quantile == "p50" ? "≤ 1.5" : "≤ 1.5, and < 5 ms")
        }
    }

    private func draft() throws -> [Measured] {
        try makeLedger()
        var ours: [Double] = [], theirs: [Double] = [], memory = 0.0
        for _ in 0..<sizes.repeats {
            let mine = try ChildProcess.step(.draft, ["database": sizes.file("large.db")])
            ours.append(try mine.number("seconds"))
            memory = max(memory, try mine.number("mebibytes"))
            let other = try ChildProcess.run(sizes.python, [sizes.baselines + "/group.py", sizes.file("runs.csv"), "3"])
            theirs.append(try other.number("seconds"))
            log("  ours \(mine), DuckDB \(other)")
        }
        return [
            Measured(
                work: "draft of a month: \(grouped(sizes.runs)) runs, \(grouped(sizes.accounts)) accounts", ours: decimal(ours.median, 3) + " s",
                baseline: decimal(theirs.median, 3) + " s (DuckDB, two threads: GROUP BY account, day, plan over the runs)",
                ratio: decimal(zip(ours, theirs).map { $0 / $1 }.median), reach: "≤ 1.5, moonshot 0.5"),
            Measured(
                work: "its peak memory", ours: decimal(memory, 0) + " MiB", baseline: "–", ratio: "–", reach: "< 1,024 MiB"),
        ]
    }

    private func issue() throws -> Measured {
        try makeLedger()
        defer { sizes.remove("issue.db") }
        sizes.remove("issue.db")
        try FileManager.default.copyItem(atPath: sizes.file("large.db"), toPath: sizes.file("issue.db"))
        let told = try ChildProcess.step(.issue, ["database": sizes.file("issue.db")])
        log("  \(told)")
        return Measured(
            work: "issue of \(grouped(Int(try told.number("documents")))) invoices", ours: decimal(try told.number("seconds")) + " s",
            baseline: "–", ratio: "–", reach: "< 60 s, moonshot 10 s")
    }

    /// Invoices of a month as PDF, on all processors.
    private func print() throws -> Measured {
        let accounts = 1000
        defer {
            sizes.remove("print.db")
            try? FileManager.default.removeItem(atPath: sizes.file("pages"))
        }
        sizes.remove("print.db")
        try bulk("print.db", runs: accounts * 100, accounts: accounts)
        _ = try ChildProcess.step(.issue, ["database": sizes.file("print.db")])
        let told = try ChildProcess.step(
            .print, ["database": sizes.file("print.db"), "folder": sizes.file("pages"), "take": accounts])
        log("  \(told)")
        let documents = try told.number("documents")
        return Measured(
            work: "\(grouped(Int(documents))) invoices as PDF into a folder",
            ours: decimal(documents / (try told.number("seconds")), 0) + " invoices/s",
            baseline: "finding them done: \(decimal(documents / (try told.number("kept_seconds")), 0))/s", ratio: "–",
            reach: "≥ 100 invoices/s")
    }

    private func verify() throws -> Measured {
        if !FileManager.default.fileExists(atPath: sizes.file("ingest.db")) {
            _ = try ChildProcess.step(
                .feed,
                sizes.workload(runs: sizes.ingestedRuns, accounts: sizes.ingestedAccounts[0])
                    .merging(["file": sizes.file("feed.ndjson"), "take": sizes.ingestedRuns]) { $1 })
            _ = try ChildProcess.step(
                .ingest, ["feed": sizes.file("feed.ndjson"), "database": sizes.file("ingest.db"),
                    "accounts": sizes.ingestedAccounts[0],
                ])
        }
        var ours: [Double] = [], theirs: [Double] = [], events = 0.0
        for _ in 0..<sizes.repeats {
            let mine = try ChildProcess.step(.verify, ["database": sizes.file("ingest.db")])
            let other = try ChildProcess.run(sizes.baselines + "/hash", [sizes.file("ingest.db")])
            events = try mine.number("events")
            ours.append(try events / mine.number("seconds"))
            theirs.append(try other.number("events") / other.number("seconds"))
            log("  ours \(mine), C \(other)")
        }
        return Measured(
            work: "verify's pass over the bodies, leaf hashes and root of \(grouped(Int(events))) events",
            ours: grouped(Int(ours.median)) + " events/s",
            baseline: grouped(Int(theirs.median)) + " events/s (C, OpenSSL: reading the same bodies and SHA-256, one core)",
            ratio: decimal(zip(ours, theirs).map { $0 / $1 }.median), reach: "≥ 500,000 events/s")
    }

    /// The ledger of the month, once.
    private func makeLedger() throws {
        guard !FileManager.default.fileExists(atPath: sizes.file("large.db")) else { return }
        log("  making a ledger of \(grouped(sizes.runs)) runs …")
        try bulk("large.db", runs: sizes.runs, accounts: sizes.accounts, csv: sizes.file("runs.csv"))
    }

    private func bulk(_ name: String, runs: Int, accounts: Int, csv: String = "") throws {
        sizes.remove(name)
        let told = try ChildProcess.step(
            .bulk, sizes.workload(runs: runs, accounts: accounts).merging(["database": sizes.file(name), "csv": csv]) { $1 })
        log("  \(name): \(told)")
    }
}
