import TestSupport
import Testing
import UsageLedger

/// Every kind of fault, put into a log on purpose: `reconcile --events` and `--slurm` find each with what would mend
/// it, and invent none.
@Suite struct ReconcileListTests {
    private static let setUp = """
        issuer: {name: 株式会社勘定クラウド, registration_number: T7000012050002, address: 東京都千代田区千代田1-1}
        accounts: [{id: acme, name: 株式会社アクメ, users: [mina]}, {id: other, name: 株式会社ほか, users: [ken]}]
        plans: [{id: v100, name: V100 (32GB), gpu_model: V100, gpu_count: 1, minimum_execution_seconds: 1}]
        prices: [{plan: v100, yen_per_second: "0.016", basis: gpu, from: 2017-10-01}]
        """

    /// One run as events of one source.
    private struct RunText {
        var task: String
        var starts: [String] = ["01:00:00"]
        var stop: String? = "02:00:00"
        var gpus = 1
        var account = "acme"
        var attempt: Int64 = 1

        var lines: [String] {
            starts.enumerated().map { index, start in
                line(
                    "start\(index)", "task.started", start,
                    #","gpus":\#(gpus),"account":"\#(account)","user":"mina","plan":"v100""#)
            } + [stop].compactMap(\.self).map { line("stop", "task.stopped", $0, #","outcome":"done""#) }
        }

        private func line(_ id: String, _ type: String, _ time: String, _ data: String) -> String {
            #"{"source":"s","id":"\#(task)/\#(id)","type":"\#(type)","subject":"\#(task)","#
                + #""time":"2017-10-28T\#(time)Z","data":{"attempt":\#(attempt)\#(data)}}"#
        }
    }

    private static func changed(_ task: String, _ attempt: Int64 = 1, _ change: (inout RunText) -> Void) -> RunText {
        var run = RunText(task: task, attempt: attempt)
        change(&run)
        return run
    }

    /// What the log has where the list has a sound run of the same task.
    private static let faulty: [RunText] = [
        RunText(task: "sound"),
        changed("missed-start") { ($0.starts, $0.stop) = ([], nil) },
        changed("missed-stop") { $0.stop = nil },
        changed("other-start") { $0.starts = ["01:00:10"] },
        changed("other-stop") { $0.stop = "02:00:10" },
        changed("second-start") { $0.starts = ["01:00:00", "01:00:10"] },
        changed("other-gpus") { $0.gpus = 2 },
        changed("other-account") { $0.account = "other" },
    ]

    private static func folder(_ runs: [RunText]) async -> TestFolder {
        let folder = TestFolder()
        #expect(await folder.kanjo("apply", folder.write("setup.yaml", setUp)).status == 0)
        let feed = runs.flatMap(\.lines).map { $0 + "\n" }.joined()
        #expect(await folder.kanjo("ingest", folder.write("feed.ndjson", feed)).status == 0)
        return folder
    }

    /// Task, difference and proposal of each row.
    private static func found(_ run: CommandRun) throws -> [[String]] {
        let rows = try JSONValue(parsing: Array(run.output.utf8))["rows"]?.array ?? []
        return rows.map { row in ["task", "difference", "proposal"].map { row[$0]?.string ?? "none" } }
    }

    private static let start = "2017-10-28T01:00:00.000000000Z"
    private static let stop = "2017-10-28T02:00:00.000000000Z"

    private static func proposal(_ task: String, _ members: [String: String], attempt: Int64 = 1) -> String {
        let data = members.map { JSONValue.Member($0, .string($1)) } + [.init("attempt", .integer(attempt))]
        return JSONValue.object([
            .init("type", .string("usage.restated")), .init("subject", .string(task)), .init("data", .object(data)),
        ]).canonicalText
    }

    /// Of a run that only the list has: all that it says.
    private static func whole(_ task: String, attempt: Int64 = 1) -> String {
        proposal(
            task,
            [
                "account": "acme", "user": "mina", "plan": "v100", "gpus": "1", "started_at": start,
                "stopped_at": stop,
            ], attempt: attempt)
    }

    @Test func everyFaultAgainstAFeedIsFoundWithItsProposalAndNoneIsInvented() async throws {
        let folder = await Self.folder(Self.faulty + [RunText(task: "surplus")])
        let list = Self.faulty.flatMap { RunText(task: $0.task).lines } + RunText(task: "unknown").lines
        let path = folder.write("list.ndjson", list.map { $0 + "\n" }.joined())
        let run = await folder.kanjo("reconcile", "--events", path, "--output", "json")
        #expect(run.status == 1, "\(run.diagnostics)")
        let start = ["started_at": Self.start], stop = ["stopped_at": Self.stop]
        let expected = [
            ["missed-start", "missed_start", Self.whole("missed-start")],
            ["missed-stop", "missed_stop", Self.proposal("missed-stop", stop)],
            ["other-account", "other_account", Self.proposal("other-account", ["account": "acme"])],
            ["other-gpus", "other_gpus", Self.proposal("other-gpus", ["gpus": "1"])],
            ["other-start", "other_start", Self.proposal("other-start", start)],
            ["other-stop", "other_stop", Self.proposal("other-stop", stop)],
            ["second-start", "second_start", Self.proposal("second-start", ["gpus": "1", "started_at": Self.start])],
            ["surplus", "not_listed", "none"], ["unknown", "missed_start", Self.whole("unknown")],
        ]
        let found = try Self.found(run)
        #expect(found == expected, "\(found)")
        try await Self.mend(folder)
        let again = await folder.kanjo("reconcile", "--events", path)
        #expect(again.output.hasSuffix("10 runs compared, 2 differ; 0 claims recorded\n"), "\(again.output)")
    }

    /// Does what was proposed, but for the two runs of which the log knows no event: they need their start.
    private static func mend(_ folder: TestFolder) async throws {
        let starts = ["--started-at", "2017-10-28T01:00:00Z"], stops = ["--stopped-at", "2017-10-28T02:00:00Z"]
        for (task, values) in [
            ("missed-stop", stops), ("other-account", ["--account", "acme"]), ("other-gpus", ["--gpus", "1"]),
            ("other-start", starts), ("other-stop", stops), ("second-start", starts),
        ] {
            let run = await folder.run(
                ["anomalies", "resolve", task, "--restate", "--reason", "the list is right"] + values)
            #expect(run.status == 0, "\(task): \(run.diagnostics)")
        }
        let waived = await folder.kanjo("anomalies", "resolve", "surplus", "--waive", "--reason", "it never ran")
        #expect(waived.status == 0, "\(waived.diagnostics)")
    }

    /// A row of `sacct -P` names its attempt by its start, in Unix seconds, as the prolog does.
    @Test func everyFaultAgainstSacctIsFoundWithItsProposalAndNoneIsInvented() async throws {
        let start: Int64 = 1_509_152_400
        let log = [
            RunText(task: "1", attempt: start),
            Self.changed("3", start) { $0.stop = nil },
            Self.changed("4", start) { $0.stop = "02:00:10" },
            Self.changed("5", start) { $0.starts = ["01:00:00", "01:00:10"] },
            Self.changed("6", start) { $0.gpus = 2 },
            RunText(task: "7", attempt: start),
        ]
        let folder = await Self.folder(log)
        var list = "JobID|User|Account|State|Start|End|AllocTRES\n"
        for job in 1...6 {
            list += "\(job)|mina|acme|COMPLETED|2017-10-28T10:00:00|2017-10-28T11:00:00|cpu=4,gres/gpu=1\n"
        }
        list += "8|mina|acme|COMPLETED|2017-10-28T10:00:00|2017-10-28T11:00:00|cpu=4\n"
        let path = folder.write("sacct.txt", list)
        let run = await folder.kanjo(
            "reconcile", "--slurm", path, "--plan", "v100", "--source", "s", "--output", "json")
        #expect(run.status == 1, "\(run.diagnostics)")
        let stop = ["stopped_at": Self.stop]
        let expected = [
            ["2", "missed_start", Self.whole("2", attempt: start)],
            ["3", "missed_stop", Self.proposal("3", stop, attempt: start)],
            ["4", "other_stop", Self.proposal("4", stop, attempt: start)],
            ["5", "second_start", Self.proposal("5", ["gpus": "1", "started_at": Self.start], attempt: start)],
            ["6", "other_gpus", Self.proposal("6", ["gpus": "1"], attempt: start)], ["7", "not_listed", "none"],
        ]
        let found = try Self.found(run)
        #expect(found == expected, "\(found)")
        #expect(run.diagnostics.contains(":8: not_a_gpu_job: "), "\(run.diagnostics)")
    }
}
