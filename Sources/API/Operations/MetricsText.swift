import Service
import Store

/// The figures as Prometheus reads them (text format 0.0.4).
enum MetricsText {
    static func of(_ frame: APIFrame, _ state: OperatingState) -> String {
        var text = Writing()
        requests(frame.observer.figures.rows, &text)
        connections(frame, &text)
        writer(frame.ledger.writer, &text)
        text.head("kanjo_waiting", "gauge", "What waits to be done, by queue.")
        for (queue, count) in [
            ("events", frame.ledger.writer.waiting), ("readings", frame.ledger.readers.waiting),
            ("reports", frame.ledger.reporters.waiting),
        ] { text.row("kanjo_waiting", [("queue", queue)], count) }
        text.single("kanjo_log_events", "gauge", "Events of the log.", state.logSize)
        text.single(
            "kanjo_log_recorded_timestamp_seconds", "gauge", "When the last event was recorded.",
            state.recordedAt.nanoseconds / 1_000_000_000)
        text.single("kanjo_open_runs", "gauge", "Runs without a stop.", state.openRuns)
        text.single(
            "kanjo_runs_with_anomalies", "gauge", "Runs that can't be billed as they stand.", state.runsWithAnomalies)
        text.single(
            "kanjo_silent_runs", "gauge", "Open runs without a proof of life for longer than the rules allow.",
            state.silentRuns)
        text.single(
            "kanjo_unpriced_months", "gauge", "Accounts, months and plans with use for which no single price holds.",
            state.unpricedMonths)
        if let compared = frame.ledger.reconciliation.last { reconciliation(compared, &text) }
        pulls(frame.ledger.pulls.now, &text)
        if let files = state.files { Self.files(files, &text) }
        return text.text
    }

    private static func reconciliation(_ compared: ReconciliationFigures.Figures, _ text: inout Writing) {
        text.single(
            "kanjo_reconciliation_timestamp_seconds", "gauge", "When the log was last compared with the engines.",
            compared.at.nanoseconds / 1_000_000_000)
        text.single("kanjo_reconciliation_runs", "gauge", "Runs compared then.", compared.comparedRuns)
        text.single(
            "kanjo_reconciliation_unused", "gauge", "Engines without an answer then, and containers that name no task.",
            compared.unused)
        text.head("kanjo_reconciliation_differences", "gauge", "What differed then and nobody has accepted, by kind.")
        for (kind, count) in compared.differences {
            text.row("kanjo_reconciliation_differences", [("kind", kind.rawValue)], count)
        }
    }

    private static func pulls(_ pulls: PullFigures.Figures, _ text: inout Writing) {
        text.single("kanjo_pulls", "gauge", "Tasks whose image is being pulled.", pulls.running)
        text.single("kanjo_pull_arrived_bytes", "gauge", "What has arrived of these images.", pulls.arrivedBytes)
        text.single(
            "kanjo_pull_known_bytes", "gauge", "Size of their layers, as far as engines have said it.", pulls.knownBytes
        )
        text.head("kanjo_pulls_ended_total", "counter", "Pulls that are over, by result.")
        for (result, count) in pulls.ended {
            text.row("kanjo_pulls_ended_total", [("result", result.rawValue)], count)
        }
    }

    private static func files(_ files: LedgerFiles, _ text: inout Writing) {
        text.single("kanjo_database_bytes", "gauge", "Size of the database's file.", files.databaseBytes)
        text.single("kanjo_write_ahead_log_bytes", "gauge", "Size of its write-ahead log.", files.logBytes)
        text.single(
            "kanjo_last_checkpoint_timestamp_seconds", "gauge",
            "When pages were last moved from the write-ahead log into the database's file.",
            files.checkpointedAt.nanoseconds / 1_000_000_000)
    }

    private static func requests(_ rows: [RequestFigures.Key: RequestFigures.Row], _ text: inout Writing) {
        let sorted = rows.sorted { ($0.key.route, $0.key.method) < ($1.key.route, $1.key.method) }
        text.head("kanjo_http_requests_total", "counter", "Requests that were answered; 499: the client had gone.")
        for (key, row) in sorted {
            for (status, count) in row.ofStatus.sorted(by: { $0.key < $1.key }) {
                let labels = [("route", key.route), ("method", key.method), ("status", "\(status)")]
                text.row("kanjo_http_requests_total", labels, count)
            }
        }
        text.head("kanjo_http_errors_total", "counter", "Answers that were our fault (5xx).")
        for (key, row) in sorted {
            let errors = row.ofStatus.filter { $0.key >= 500 }.values.reduce(0, +)
            text.row("kanjo_http_errors_total", [("route", key.route), ("method", key.method)], errors)
        }
        text.head("kanjo_http_request_duration_seconds", "histogram", "Time to the begin of an answer.")
        for (key, row) in sorted {
            text.histogram(
                "kanjo_http_request_duration_seconds", [("route", key.route), ("method", key.method)], row.duration,
                unitsPerOne: 1_000_000)
        }
    }

    private static func connections(_ frame: APIFrame, _ text: inout Writing) {
        text.single("kanjo_connections", "gauge", "Open connections.", frame.connections.total)
        text.head("kanjo_connections_closed_total", "counter", "Connections that we have ended, by reason.")
        for (reason, count) in frame.connections.closedByUs.sorted(by: { $0.key < $1.key }) {
            text.row("kanjo_connections_closed_total", [("reason", reason)], count)
        }
    }

    private static func writer(_ writer: LedgerWriter, _ text: inout Writing) {
        let counts = writer.counts
        text.head("kanjo_events_total", "counter", "Events that were sent, by result.")
        for (result, count) in [
            ("recorded", counts.recorded), ("duplicate", counts.duplicate), ("conflict", counts.conflict),
            ("refused", counts.refused),
        ] { text.row("kanjo_events_total", [("result", result)], count) }
        text.head("kanjo_commit_events", "histogram", "Events that shared a transaction.")
        text.histogram("kanjo_commit_events", [], counts.commitSizes, unitsPerOne: 1)
        text.head("kanjo_commit_duration_seconds", "histogram", "From a transaction's begin until it was on disk.")
        text.histogram("kanjo_commit_duration_seconds", [], counts.commitMicroseconds, unitsPerOne: 1_000_000)
        text.head("kanjo_flush_duration_seconds", "histogram", "Of that, SQLite's COMMIT with its flush to disk.")
        text.histogram("kanjo_flush_duration_seconds", [], counts.flushMicroseconds, unitsPerOne: 1_000_000)
        text.single("kanjo_writer_failed", "gauge", "1 when a flush has failed.", writer.failure == nil ? 0 : 1)
    }
}

extension MetricsText {
    /// Lines of the format.
    private struct Writing {
        private(set) var text = ""

        mutating func head(_ name: String, _ kind: String, _ help: String) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
        }

        mutating func row(_ name: String, _ labels: [(String, String)], _ value: some CustomStringConvertible) {
            let shown = labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
            text += name + (shown.isEmpty ? "" : "{\(shown)}") + " \(value)\n"
        }

        mutating func single(_ name: String, _ kind: String, _ help: String, _ value: some CustomStringConvertible) {
            head(name, kind, help)
            row(name, [], value)
        }

        mutating func histogram(
            _ name: String, _ labels: [(String, String)], _ histogram: Histogram, unitsPerOne: Int64
        ) {
            var count = 0
            for (bound, here) in zip(histogram.bounds, histogram.counts) {
                count += here
                row(name + "_bucket", labels + [("le", Self.decimal(bound, unitsPerOne))], count)
            }
            row(name + "_bucket", labels + [("le", "+Inf")], histogram.count)
            row(name + "_sum", labels, Self.decimal(histogram.sum, unitsPerOne))
            row(name + "_count", labels, histogram.count)
        }

        /// A whole number of units as a decimal number.
        private static func decimal(_ value: Int64, _ unitsPerOne: Int64) -> String {
            guard unitsPerOne > 1 else { return "\(value)" }
            let (whole, rest) = value.quotientAndRemainder(dividingBy: unitsPerOne)
            let digits = "\(unitsPerOne + rest)".dropFirst()
            return "\(whole).\(digits)"
        }
    }
}
