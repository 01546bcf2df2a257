import Feeds
import Testing
import Units

struct SlurmFeedTests {
    static let header = "JobID|JobName|User|Account|State|ExitCode|Submit|Start|End|NodeList|AllocTRES\n"

    func rows(_ text: String, _ options: FeedOptions = FeedOptions()) throws -> [FeedItem] {
        try items(Self.header + text, .slurm, options)
    }

    @Test func aRowIsThreeEvents() throws {
        let row =
            "19_3|train|bob|acme|FAILED|0:9|2026-11-23T22:43:24|2026-11-23T22:46:14|2026-11-23T22:46:20"
            + "|gpu[1-2]|gres/gpu=2"
        let begin = #"{"specversion":"1.0","source":"slurm","id":"19_3/"#
        #expect(
            try rows(row, FeedOptions(plan: try PlanID("v100"))).map(shown) == [
                "2 " + begin + #"submitted/1795441404","subject":"19_3","type":"task.submitted","#
                    + #""time":"2026-11-23T13:43:24.000000000Z","#
                    + #""data":{"account":"acme","user":"bob","plan":"v100","name":"train"}}"#,
                "2 " + begin + #"1795441574/started","subject":"19_3","type":"task.started","#
                    + #""time":"2026-11-23T13:46:14.000000000Z","#
                    + #""data":{"attempt":1795441574,"node":"gpu[1-2]","gpus":2}}"#,
                "2 " + begin + #"1795441574/stopped","subject":"19_3","type":"task.stopped","#
                    + #""time":"2026-11-23T13:46:20.000000000Z","#
                    + #""data":{"attempt":1795441574,"outcome":"error","exit_code":137}}"#,
            ])
    }

    @Test func theRealFileGivesWhatItsJobsSay() throws {
        let reader = try FeedReader(path: sample("slurm-real/sacct-short.psv"), format: .slurm)
        let found = Array(reader)
        #expect(
            messages(found) == [
                "line 18, column AllocTRES: 'billing=4,cpu=4,node=1' holds no GPU (gres/gpu); "
                    + "the job is not billed as a GPU job"
            ])
        let read = try events(found)
        // 40 rows, one of them without a GPU.
        #expect(read.count == 39 * 3)
        #expect(Set(read.map { "\($0["id"] ?? "")" }).count == 39 * 3)
        func ofJob(_ id: String) -> [String] { found.filter { subject($0) == id }.map(kind) }
        let whole = ["submitted", "started", "stopped done"]
        #expect(ofJob("9001") == whole)
        #expect(ofJob("40") == ["submitted", "started", "stopped aborted"] + whole, "requeued: two attempts")
        for index in 1...6 { #expect(ofJob("19_\(index)") == whole) }
        #expect(ofJob("27") == ["submitted", "started", "stopped canceled"], "canceled while running")
        #expect(ofJob("23") == ["submitted", "started", "stopped aborted"], "over its time limit")
        #expect(ofJob("20") == ["submitted", "started", "stopped error"])
        #expect(ofJob("16").isEmpty)
        let attempts = Set(read.filter { $0["subject"] as? String == "40" }.compactMap { data($0)["attempt"] as? Int })
        #expect(attempts.count == 2)
        let seconds = try gpuSeconds(read)
        #expect(seconds == 5093, "Σ (End − Start) × gres/gpu of the file, computed apart from this code")
    }

    /// Kinds of rows that the real file doesn't hold.
    static let cases: [(row: String, expected: [String])] = [
        ("1|n|u|a|PENDING|0:0|2026-11-23T22:00:00|Unknown|Unknown|None assigned|", ["submitted"]),
        (
            "1|n|u|a|RUNNING|0:0|2026-11-23T22:00:00|2026-11-23T22:00:01|Unknown|n1|gres/gpu=1",
            ["submitted", "started"]
        ),
        (
            "1|n|u|a|SUSPENDED|0:0|2026-11-23T22:00:00|2026-11-23T22:00:01|Unknown|n1|gres/gpu=1",
            ["submitted", "started"]
        ),
        (
            "1|n|u|a|RUNNING|0:0|2026-11-23T22:00:00|2026-11-23T22:00:01|2026-11-23T23:00:00|n1|gres/gpu=1",
            ["submitted", "started"]
        ),
        (
            "1|n|u|a|COMPLETED|0:0|2026-11-23T22:00:00|2026-11-23T22:00:01|Unknown|n1|gres/gpu=1",
            ["submitted", "started"]
        ),
        (
            "1|n|u|a|CANCELLED by 1000|0:0|2026-11-23T22:00:00|None|2026-11-23T22:05:00|None assigned|",
            ["submitted", "canceled"]
        ),
        (
            "1|n|u|a|CANCELLED by 0|0:0|2026-11-23T22:00:00|2026-11-23T22:05:00|2026-11-23T22:05:00|None assigned|",
            ["submitted", "canceled"]
        ),
        ("1|n|u|a|CANCELLED|0:0|2026-11-23T22:00:00|Unknown|Unknown||", ["submitted", "canceled"]),
        (
            "1|n|u|a|CANCELLED by 1|0:0|2026-11-23T22:00:00|2026-11-23T22:00:01|2026-11-23T22:05:00|n1|gres/gpu=1",
            ["submitted", "started", "stopped canceled"]
        ),
        (
            "1|n|u|a|COMPLETED|0:0|Unknown|2026-11-23T22:00:01|2026-11-23T22:05:00|n1|gres/gpu=1",
            ["started", "stopped done"]
        ),
        (
            "1|n|u|a|NODE_FAIL|0:0|1795441404|1795441404|1795441405|n1|gres/gpu=1",
            ["submitted", "started", "stopped aborted"]
        ),
        (
            "1|n|u|a|OUT_OF_MEMORY|0:125|2026-11-23T22:00:00+0900|2026-11-23T22:00:01+09:00|2026-11-23T13:00:02Z|n1"
                + "|gres/gpu:h100=8",
            ["submitted", "started", "stopped error"]
        ),
        ("1.batch|batch||a|COMPLETED|0:0|2026-11-23T22:00:00|2026-11-23T22:00:01|2026-11-23T22:05:00|n1|cpu=1", []),
        ("19_3.0|x||a|COMPLETED|0:0|||||", []),
        ("1|n|u|a|PENDING|0:0|Unknown|Unknown|Unknown||", ["invalid_row Start"]),
        ("|n|u|a|PENDING|0:0|2026-11-23T22:00:00|Unknown|Unknown||", ["invalid_row JobID"]),
        ("1|n|u||PENDING|0:0|2026-11-23T22:00:00|Unknown|Unknown||", ["invalid_row Account"]),
        ("1|a|b|u|a|PENDING|0:0|2026-11-23T22:00:00|Unknown|Unknown||", ["invalid_row "]),
        ("1|n|u|a|FAILED|1:0|2026-11-23T22:00:00|2026-11-23T22:00:01|soon|n1|gres/gpu=1", ["invalid_row End"]),
        ("1|n|u|a|FAILED|1:0|2026-11-23T22:00:00|2026-13-23T22:00:01|Unknown|n1|gres/gpu=1", ["invalid_row Start"]),
        ("1|n|u|a|FAILED|1:0|2026-11-23T22:00:00|99999999999|Unknown|n1|gres/gpu=1", ["invalid_row Start"]),
        ("1|n|u|a|FAILED|1:0|2026-11-23T22:00:00|1970-01-01T08:00:00|Unknown|n1|gres/gpu=1", ["invalid_row Start"]),
        (
            "1|n|u|a|FAILED|1:0|2026-11-23T22:00:00|2026-11-23T22:00:01|Unknown|n1|cpu=4,gres/shard=2",
            ["not_a_gpu_job AllocTRES"]
        ),
        ("1|n|u|a|FAILED|1:0|2026-11-23T22:00:00|2026-11-23T22:00:01|Unknown|n1|", ["not_a_gpu_job AllocTRES"]),
        (
            "1|n|u|a|FAILED|1:0|2026-11-23T22:00:00|2026-11-23T22:00:01|Unknown|n1|gres/gpu=100000000000000000000",
            ["invalid_row AllocTRES"]
        ),
    ]

    @Test(arguments: cases)
    func whatARowBecomes(row: String, expected: [String]) throws {
        #expect(try rows(row + "\n").map(kind) == expected)
    }

    @Test func stepsAreCounted() throws {
        let text =
            Self.header + "1.batch|||a|COMPLETED|||||||\n".replacing("|||||||", with: "||||||")
            + "1.extern|||a|X||||||\n"
        let reader = try FeedReader(source: PieceSource(text), format: .slurm)
        #expect(Array(reader).isEmpty)
        #expect(reader.skippedRows == 2)
    }

    @Test(arguments: [
        ("gres/gpu:a100=1,gres/gpu=1", 1), ("cpu=1,gres/gpu=4", 4), ("gres/gpu:a100=1,gres/gpu:v100=2", 3),
        ("gres/gpumem=80G,gres/gpuutil=100,gres/gpu:1g.5gb=2", 2),
    ])
    func gpusAreTheTotalElseTheSumOfModels(resources: String, gpus: Int) throws {
        let row = "1|n|u|a|RUNNING|0:0|Unknown|2026-11-23T22:00:01|Unknown|n1|" + resources
        #expect(data(try events(try rows(row))[0])["gpus"] as? Int == gpus)
    }

    @Test func aLaterExportRepeatsWhatItToldBefore() throws {
        let running = "7|n|u|a|RUNNING|0:0|2026-11-23T22:00:00|2026-11-23T22:00:01|Unknown|n1|gres/gpu=1\n"
        let ended = "7|n|u|a|COMPLETED|0:0|2026-11-23T22:00:00|2026-11-23T22:00:01|2026-11-23T22:09:00|n1|gres/gpu=1\n"
        let pending = "7|n|u|a|PENDING|0:0|2026-11-23T22:00:00|Unknown|Unknown|None assigned|\n"
        let last = try rows(ended).map(shown)
        #expect(try rows(running).map(shown) == Array(last.prefix(2)))
        #expect(try rows(pending).map(shown) == Array(last.prefix(1)))
    }

    @Test func theAccountMayBeTheUser() throws {
        let row = "7|n|u|a|RUNNING|0:0|2026-11-23T22:00:00|2026-11-23T22:00:01|Unknown|n1|gres/gpu=1\n"
        let event = try events(try rows(row, FeedOptions(accountField: .user)))[0]
        #expect(data(event)["account"] as? String == "u")
    }

    @Test func aMissingColumnIsNamed() throws {
        #expect(
            messages(try items("JobID|User|State|Start\n", .slurm)) == [
                "line 1: the header lacks the column Account, End, AllocTRES; nothing of the input is used"
            ])
    }

    private func gpuSeconds(_ events: [[String: any Sendable]]) throws -> Int64 {
        var total: Int64 = 0
        for started in events where started["type"] as? String == "task.started" {
            let stop = try #require(
                events.first {
                    $0["type"] as? String == "task.stopped" && $0["subject"] as? String == started["subject"] as? String
                        && data($0)["attempt"] as? Int == data(started)["attempt"] as? Int
                })
            let elapsed = try time(stop).nanoseconds - time(started).nanoseconds
            total += elapsed / 1_000_000_000 * Int64(try #require(data(started)["gpus"] as? Int))
        }
        return total
    }
}

func data(_ event: [String: any Sendable]) -> [String: Any] { event["data"] as? [String: Any] ?? [:] }

func time(_ event: [String: any Sendable]) throws -> Instant { try Instant(rfc3339: event["time"] as? String ?? "") }

func subject(_ item: FeedItem) -> String? { (try? events([item]))?.first?["subject"] as? String }
