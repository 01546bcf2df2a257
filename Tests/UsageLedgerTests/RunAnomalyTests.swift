import Testing
import UsageLedger

/// The table of §4, row by row: what the events tell, what is billed of it, and how it is made good.
@Suite struct RunAnomalyTests {
    struct Row: CustomTestStringConvertible {
        let testDescription: String
        let events: String
        let told: String
        /// Later events, and what is told then.
        let healing: [(events: String, told: String)]

        init(_ name: String, _ events: String, _ told: String, _ healing: (String, String)...) {
            testDescription = name
            self.events = "submit 1T09:00 account=acme user=alice plan=v100;" + events
            self.told = told
            self.healing = healing.map { (events: $0.0, told: $0.1) }
        }
    }

    @Test(arguments: rows)
    func row(_ row: Row) {
        #expect(RunStory.told(row.events) == row.told)
        for (events, told) in row.healing {
            #expect(RunStory.told(row.events + ";" + events) == told, "\(events)")
        }
    }

    static let rows = startsAndStops + limitsAndOpenRuns + identities + overlaps

    static let startsAndStops = [
        Row("a run", "start 1T10:00; stop 1T10:10", "1 [] 1:600"),
        Row("only a submission", "", ""),
        Row("canceled before any container", "cancel 1T09:30", ""),
        Row("waived without a run", "waive 1T09:30 from=1T09:00 to=1T10:00", ""),
        Row(
            "stop without start", "stop 1T10:10", "1 [stop_without_start]", ("start 1T10:00", "1 [] 1:600"),
            ("restate 2T09:00 started=1T10:05", "1 [] 1:300"),
            ("waive 2T09:00 from=1T10:00 to=1T10:10", "1 waived")),
        Row(
            "alive without start", "alive 1T10:10", "1 [alive_without_start]",
            ("start 1T10:00; stop 1T10:20", "1 [] 1:1200"),
            ("restate 2T09:00 started=1T10:00 stopped=1T10:30", "1 [] 1:1800")),
        Row(
            "second start at another time", "start 1T10:00; stop 1T10:10; start 1T10:01", "1 [start_conflict]",
            ("restate 2T09:00 started=1T10:01", "1 [] 1:540")),
        Row(
            "second start with other GPUs", "start 1T10:00 gpus=2; stop 1T10:10; start 1T10:00 gpus=4",
            "1 [start_conflict]", ("restate 2T09:00 gpus=4", "1 [] 1:600"),
            ("restate 2T09:00 started=1T10:00", "1 [start_conflict]")),
        Row("the same start twice", "start 1T10:00; start 1T10:00 gpus=1; stop 1T10:10", "1 [] 1:600"),
        Row(
            "second stop at another time", "start 1T10:00; stop 1T10:10; stop 1T10:05", "1 [stop_conflict] 1:300",
            ("restate 2T09:00 stopped=1T10:10", "1 [] 1:600")),
        Row("the same stop twice", "start 1T10:00; stop 1T10:10; stop 1T10:10", "1 [] 1:600"),
        Row(
            "stop before start", "start 1T10:00; stop 1T09:50", "1 [negative_run]",
            ("restate 2T09:00 stopped=1T10:10", "1 [] 1:600"),
            ("restate 2T09:00 started=1T09:40", "1 [] 1:600"),
            ("restate 2T09:00 stopped=1T09:51", "1 [negative_run]")),
        Row("zero length", "start 1T10:00; stop 1T10:00", "1 [] 1:0+60"),
        Row(
            "start and canceled", "start 1T10:00; stop 1T10:10; cancel 1T09:59", "1 [cancel_conflict]",
            ("restate 2T09:00 started=1T10:00", "1 [] 1:600"),
            ("restate 2T09:00 stopped=1T10:10", "1 [cancel_conflict]")),
        Row(
            "alive after the stop", "start 1T10:00; stop 1T10:10; alive 1T10:10:00.1", "1 [alive_after_stop] 1:600",
            ("restate 2T09:00 stopped=1T10:11", "1 [] 1:660")),
        Row("alive at the stop", "start 1T10:00; stop 1T10:10; alive 1T10:10", "1 [] 1:600"),
        Row(
            "two anomalies, one of which bills nothing", "start 1T10:00; start 1T10:01; stop 1T10:10; stop 1T10:05",
            "1 [start_conflict,stop_conflict]",
            ("restate 2T09:00 started=1T10:00", "1 [stop_conflict] 1:300")),
    ]

    static let limitsAndOpenRuns = [
        Row(
            "no stop known", "start 1T10:00", "1 [runaway_run] 1:3600", ("alive 1T10:30", "1 [runaway_run] 1:5400"),
            ("stop 1T13:00", "1 [] 1:10800"), ("restate 2T09:00 stopped=1T10:01", "1 [] 1:60")),
        Row("no stop known, alive at the month's end", "start 30T23:30", "1 [] 30:1800"),
        Row(
            "no stop known, last proof too old by a nanosecond", "start 30T22:59:59.999999999",
            "1 [runaway_run] 30:3600"),
        Row("no stop known, last proof just young enough", "start 30T23:00", "1 [] 30:3600"),
        Row(
            "an alive event before the start proves nothing more", "start 1T10:00; alive 1T09:00",
            "1 [runaway_run] 1:3600"),
        Row("longer than its limit", "submit 1T08:00 limit=300; start 1T10:00; stop 1T10:10", "1 [] 1:300"),
        Row("just as long as its limit", "submit 1T08:00 limit=600; start 1T10:00; stop 1T10:10", "1 [] 1:600"),
        Row(
            "the limit is that of the first submission",
            "submit 1T08:00 limit=300; submit 1T08:30 limit=100; start 1T10:00; stop 1T10:10",
            "1 [] 1:300", ("submit 1T07:00 limit=200", "1 [] 1:200"), ("submit 1T07:00", "1 [] 1:600")),
        Row(
            "a limit named only later", "submit 1T09:30 limit=300; start 1T10:00; stop 1T10:10", "1 [] 1:600"),
        Row("an open run ends at its limit", "submit 1T08:00 limit=300; start 1T10:00", "1 [runaway_run] 1:300"),
        Row("a limit beyond all runs", "submit 1T08:00 limit=10000000000; start 1T10:00; stop 1T10:10", "1 [] 1:600"),
    ]

    static let identities = [
        Row(
            "two accounts", "start 1T10:00 account=beta; stop 1T10:10", "1 [identity_conflict]",
            ("restate 2T09:00 account=beta", "1 [] 1:600"),
            ("restate 2T09:00 user=alice", "1 [identity_conflict]")),
        Row(
            "two users", "start 1T10:00 user=bob; stop 1T10:10", "1 [identity_conflict]",
            ("restate 2T09:00 user=bob", "1 [] 1:600")),
        Row(
            "two plans", "start 1T10:00 plan=duo; stop 1T10:10", "1 [identity_conflict]",
            ("restate 2T09:00 plan=duo", "1 [] 1:600")),
        Row("the same names again", "start 1T10:00 account=acme user=alice plan=v100; stop 1T10:10", "1 [] 1:600"),
        Row(
            "a conflict is one of the whole task",
            "start 1T10:00 account=beta; stop 1T10:10; start 1T11:00 attempt=2; stop 1T11:10 attempt=2",
            "1 [identity_conflict]; 2 [identity_conflict]",
            ("restate 2T09:00 attempt=2 account=acme", "1 [identity_conflict]; 2 [] 1:600")),
        Row(
            "unknown account by restatement", "start 1T10:00; stop 1T10:10; restate 2T09:00 account=nobody",
            "1 [unknown_account]", ("restate 2T10:00 account=beta", "1 [] 1:600")),
        Row(
            "unknown plan by restatement", "start 1T10:00; stop 1T10:10; restate 2T09:00 plan=h100", "1 [unknown_plan]",
            ("restate 2T10:00 plan=duo", "1 [] 1:600")),
    ]

    static let overlaps = [
        Row(
            "two attempts at once", "start 1T10:00; stop 1T10:10; start 1T10:09:59 attempt=2; stop 1T10:20 attempt=2",
            "1 [attempt_overlap]; 2 [attempt_overlap]",
            ("restate 2T09:00 stopped=1T10:09", "1 [] 1:540; 2 [] 1:601"),
            ("waive 2T09:00 attempt=2 from=1T10:09:59 to=1T10:20", "1 [] 1:600; 2 waived")),
        Row(
            "one attempt after the other",
            "start 1T10:00; stop 1T10:10; start 1T10:10 attempt=2; stop 1T10:20 attempt=2",
            "1 [] 1:600; 2 [] 1:600"),
        Row(
            "an attempt while the other is open", "start 1T10:00; start 1T10:30 attempt=2; stop 1T10:40 attempt=2",
            "1 [attempt_overlap,runaway_run]; 2 [attempt_overlap]",
            ("stop 1T10:20", "1 [] 1:1200; 2 [] 1:600")),
        Row(
            "an unclear start overlaps nothing",
            "start 1T10:00; start 1T10:01; stop 1T10:10; start 1T10:05 attempt=2; stop 1T10:20 attempt=2",
            "1 [start_conflict]; 2 [] 1:900",
            ("restate 2T09:00 started=1T10:00", "1 [attempt_overlap]; 2 [attempt_overlap]")),
        Row(
            "a run that lasted no time inside another",
            "start 1T10:00; stop 1T10:10; start 1T10:05 attempt=2; stop 1T10:05 attempt=2",
            "1 [attempt_overlap]; 2 [attempt_overlap]"),
    ]

    @Test(arguments: [
        ("start 1T10:00; stop 1T10:10", "1 [unknown_account,unknown_plan]"),
        ("start 1T10:00 account=acme; stop 1T10:10", "1 [unknown_plan]"),
        ("start 1T10:00 plan=v100; stop 1T10:10", "1 [unknown_account]"),
        ("start 1T10:00 account=acme plan=v100; stop 1T10:10", "1 [] 1:600"),
        ("start 1T10:00 account=nobody plan=h100; stop 1T10:10", "1 [unknown_account,unknown_plan]"),
    ])
    func tasksThatNobodySubmitted(events: String, told: String) {
        #expect(RunStory.told(events) == told)
    }
}
