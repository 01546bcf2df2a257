import UsageLedger
import Units

extension RunRows {
    /// Rows of runs without a stop: of one account, bound as ?1, or of all.
    static func openRows(ofOneAccount: Bool) -> String {
        """
        SELECT task, attempt, nullif(account, 0), user, plan, gpu_thousandths, minimum_seconds, started_at, NULL,
            coalesce(last_proof_at, started_at), limit_ends_at, waived, pays_minimum,
            coalesce(first_instant, started_at), coalesce(last_instant, started_at), anomalies, event_count
        FROM open_run
        """ + (ofOneAccount ? " WHERE account = ?1" : "")
    }

    /// Rows of runs that stop at an instant or later, bound as ?2: of one account, bound as ?1, or of all.
    /// O(days with a stop since then + the runs themselves).
    static func stoppedRows(ofOneAccount: Bool) -> String {
        ofOneAccount
            ? """
            \(days(from: "?2"))
            \(selectStopped) FROM day CROSS JOIN stopped_run ON stop_day = number
            WHERE account = ?1 AND stopped_at >= ?2
            """ : selectStopped + " FROM stopped_run WHERE stop_day >= \(day(of: "?2")) AND stopped_at >= ?2"
    }

    /// The run of an account, a task and an attempt, bound as ?1, ?2 and ?3, that has no stop.
    static let openRow = openRows(ofOneAccount: true) + " AND task = ?2 AND attempt = ?3"

    /// The run of an account, a task and an attempt, bound as ?1, ?2 and ?3, that stops when the event at a position,
    /// bound as ?4, says.
    static let rowStoppedByEvent =
        selectStopped + """
             FROM event CROSS JOIN stopped_run USING (task)
            WHERE event.position = ?4 AND stop_day = \(day(of: "event.occurred_at")) AND stopped_at = event.occurred_at
            AND account = ?1 AND stopped_run.task = ?2 AND attempt = ?3
            """

    /// Rows of runs without a stop and of those with an anomaly, by task and attempt.
    static let rowsToJudge =
        openRows(ofOneAccount: false) + " UNION ALL " + selectStopped
        + " FROM stopped_run WHERE anomalies <> 0 ORDER BY task, attempt"

    private static let selectStopped = """
        SELECT task, attempt, nullif(account, 0), user, plan, gpu_thousandths, minimum_seconds, started_at,
            stopped_at, coalesce(last_proof_at, started_at), limit_ends_at, waived, pays_minimum,
            coalesce(first_instant, started_at), coalesce(last_instant, stopped_at), anomalies, event_count
        """

    /// Tasks with a run of an account, bound as ?1, or of none. O(days with a stop + the runs themselves).
    static let tasksOfAccount = """
        \(days(from: nil))
        SELECT task FROM open_run WHERE account IN (0, ?1)
        UNION SELECT task FROM day CROSS JOIN stopped_run ON stop_day = number WHERE account IN (0, ?1)
        """

    /// Tasks with a stopped run of an account, bound as ?1, and a plan, bound as ?2. O(as above).
    static let tasksOfAccountAndPlan = """
        \(days(from: nil))
        SELECT task FROM day CROSS JOIN stopped_run ON stop_day = number WHERE account = ?1 AND plan = ?2
        """

    /// Tasks with a run that bears an anomaly.
    static let tasksWithAnomaly = """
        SELECT task FROM open_run WHERE anomalies <> 0 UNION SELECT task FROM stopped_run WHERE anomalies <> 0
        """

    /// The days with a stop, each found from the one before: rows lie by day, then account, and an account's own are
    /// looked up day by day.
    private static func days(from instant: String?) -> String {
        let first = instant.map { " WHERE stop_day >= \(day(of: $0))" } ?? ""
        return """
            WITH RECURSIVE day (number) AS (
                SELECT min(stop_day) FROM stopped_run\(first)
                UNION ALL SELECT (SELECT min(stop_day) FROM stopped_run WHERE stop_day > number) FROM day
                WHERE number IS NOT NULL)
            """
    }

    /// As `CivilDay` counts, for instants of 1970 and later; an earlier one gives an earlier day, or the same.
    private static func day(of instant: String) -> String {
        "(\(instant) + \(9 * 3_600_000_000_000 as Int64)) / \(CivilDay.nanosecondsPerDay)"
    }
}
