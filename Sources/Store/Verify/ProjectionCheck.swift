import GRDB
import Schema
import UsageLedger
import Units

/// Makes every projection again in temporary tables, which hide the stored ones, and compares row by row.
struct ProjectionCheck {
    private let connection: Database

    init(_ connection: Database) { self.connection = connection }

    func run(progress: @escaping (Int64, Int64) -> Void) throws -> [VerificationReport.Check] {
        try makeTemporaryTables()
        defer {
            for view in ["run", "document_state"] { try? connection.execute(sql: "DROP VIEW temp.\(view)") }
            for table in ProjectionRebuild.tables + ["draft"] {
                try? connection.execute(sql: "DROP TABLE temp.\(table)")
            }
        }
        // Statements are prepared after the temporary tables exist, so that their names lead there.
        let statements = StatementCache(connection)
        try ProjectionRebuild(statements, try Keys(statements), progress: progress).run()
        var checks: [VerificationReport.Check] = []
        for table in ProjectionRebuild.tables where table != "unsettled_month" {
            checks.append(try compare(table, statements))
        }
        checks.append(try unsettledCheck(statements))
        checks.append(try conservationCheck(statements))
        checks.append(try coverageCheck(statements))
        return checks
    }

    private func makeTemporaryTables() throws {
        let migrations = Schema.migrations.filter { $0.name.hasSuffix("_projections") }
        guard !migrations.isEmpty else { throw StoreError(.internal, "the schema names no projections") }
        for projections in migrations {
            try connection.execute(
                sql: projections.sql.replacing("CREATE TABLE ", with: "CREATE TEMP TABLE ")
                    .replacing("CREATE VIEW ", with: "CREATE TEMP VIEW ")
                    .replacing("CREATE INDEX ", with: "CREATE INDEX temp."))
        }
    }

    private func compare(_ table: String, _ statements: StatementCache) throws -> VerificationReport.Check {
        let rows = try Int.fetchOne(connection, sql: "SELECT count(*) FROM main.\(table)") ?? 0
        let name = "projection \(table)", scope = "\(rows) rows"
        for (sql, what) in [
            (
                "SELECT * FROM main.\(table) EXCEPT SELECT * FROM temp.\(table)",
                "is stored but doesn't follow from the log"
            ),
            ("SELECT * FROM temp.\(table) EXCEPT SELECT * FROM main.\(table)", "follows from the log but isn't stored"),
        ] {
            if let row = try Row.fetchOne(connection, sql: sql + " LIMIT 1") {
                let shown = row.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
                return .init(name: name, scope: scope, fault: "the row (\(shown)) \(what); run rebuild")
            }
        }
        return .init(name: name, scope: scope, fault: nil)
    }

    /// Months marked as unsettled may be too many, never too few: that is shown by rebuilding the documents. Here: the
    /// marks are sound.
    private func unsettledCheck(_ statements: StatementCache) throws -> VerificationReport.Check {
        let marks = try Int.fetchOne(connection, sql: "SELECT count(*) FROM main.unsettled_month") ?? 0
        let wrong = try Int.fetchOne(
            connection,
            sql:
                "SELECT count(*) FROM main.unsettled_month WHERE month > (SELECT coalesce(max(period), 0) FROM "
                + "temp.closing)"
        )
        return .init(
            name: "unsettled months", scope: "\(marks) marks",
            fault: wrong == 0 ? nil : "\(wrong ?? 0) months are marked as unsettled that aren't closed; run rebuild")
    }

    /// Σ slices = Σ runs = Σ over days = Σ over months, residual 0 (§5).
    private func conservationCheck(_ statements: StatementCache) throws -> VerificationReport.Check {
        var runs = Usage.zero
        var count = 0
        let keys = try Keys(statements)
        let rows = try RawStatementScan(
            statements, "SELECT \(RunRows.columns) FROM main.run WHERE stopped_at IS NOT NULL")
        while let row = try rows.next() {
            let run = try RunRows.read(row, keys).run
            guard run.canBill, let gpus = run.gpus, run.plan != nil, run.account != nil else { continue }
            count += 1
            runs += run.wholeUsage(gpus: gpus)
        }
        let days = try sum("usage_day", statements), months = try sum("usage_month", statements)
        let fault =
            runs == days && days == months ? nil : "runs have \(runs), days \(days), months \(months); run rebuild"
        return .init(name: "conservation of seconds", scope: "\(count) runs, \(runs.seconds) seconds", fault: fault)
    }

    private func sum(_ table: String, _ statements: StatementCache) throws -> Usage {
        var total = Usage.zero
        let rows = try RawStatementScan(
            statements, "SELECT seconds, shortfall_seconds, gpu_second_thousandths FROM main.\(table)")
        while let row = try rows.next() {
            total += Usage(
                seconds: row.integer(0), shortfallSeconds: row.integer(1), gpuSecondThousandths: row.integer(2))
        }
        return total
    }

    private func coverageCheck(_ statements: StatementCache) throws -> VerificationReport.Check {
        let classes = try Int64.fetchOne(connection, sql: "SELECT coalesce(sum(events), 0) FROM main.coverage") ?? 0
        let events = try Int64.fetchOne(connection, sql: "SELECT count(*) FROM main.event WHERE task IS NOT NULL") ?? 0
        return .init(
            name: "coverage identity", scope: "\(events) usage events",
            fault: classes == events ? nil : "the classes count \(classes) events, the log has \(events); run rebuild")
    }
}

extension Run {
    /// What a stopped run bills in all, by its length and not by its slices (§5.2).
    func wholeUsage(gpus: GPUQuantity) -> Usage {
        guard let startedAt, let stoppedAt, !isWaivedWhole(eventCut: .endOfTime, silence: .none) else { return .zero }
        let end = max(startedAt, min(stoppedAt, limitEndsAt ?? stoppedAt))
        var elapsed = end.nanoseconds - startedAt.nanoseconds
        for span in waived.spans {
            elapsed -= max(0, min(span.to, end).nanoseconds - max(span.from, startedAt).nanoseconds)
        }
        let seconds = Rounding.secondsStarted(elapsedNanoseconds: elapsed)
        let billed = paysMinimum ? max(minimumSeconds, seconds) : seconds
        return Usage(
            seconds: billed, shortfallSeconds: billed - seconds, gpuSecondThousandths: billed * gpus.thousandths)
    }
}
