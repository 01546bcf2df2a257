import Testing
import UsageLedger

/// What a person states wins over the feed, field by field, and the greatest (time, source, id) over the others (§4).
@Suite struct RunRestatementTests {
    static let run = "submit 1T09:00 account=acme user=alice plan=v100; start 1T10:00 gpus=1; stop 1T10:10;"

    private func fields(_ events: String) -> String {
        let run = RunStory.history(Self.run + events).runs[0]
        let start = run.startedAt?.tableText.dropFirst(11) ?? "-", stop = run.stoppedAt?.tableText.dropFirst(11) ?? "-"
        let (account, plan) = (run.account?.text ?? "-", run.plan?.text ?? "-")
        return "\(account) \(run.user) \(plan) \(run.gpus?.description ?? "-") \(start) \(stop)"
    }

    @Test(arguments: [
        ("", "acme alice v100 1 10:00:00 10:10:00"),
        ("restate 2T09:00 started=1T10:01", "acme alice v100 1 10:01:00 10:10:00"),
        ("restate 2T09:00 stopped=1T10:09", "acme alice v100 1 10:00:00 10:09:00"),
        ("restate 2T09:00 account=beta", "beta alice v100 1 10:00:00 10:10:00"),
        ("restate 2T09:00 user=bob", "acme bob v100 1 10:00:00 10:10:00"),
        ("restate 2T09:00 plan=duo", "acme alice duo 1 10:00:00 10:10:00"),
        ("restate 2T09:00 gpus=0.5", "acme alice v100 0.5 10:00:00 10:10:00"),
        (
            "restate 2T09:00 started=1T10:01 stopped=1T10:02 account=beta user=bob plan=duo gpus=4",
            "beta bob duo 4 10:01:00 10:02:00"
        ),
    ])
    func oneField(events: String, expected: String) {
        #expect(fields(events) == expected)
    }

    @Test(arguments: [
        // The later one wins; what it leaves out keeps the earlier one's word.
        (
            "restate 2T09:00 stopped=1T10:01 gpus=2; restate 2T10:00 stopped=1T10:02",
            "acme alice v100 2 10:00:00 10:02:00"
        ),
        (
            "restate 2T10:00 stopped=1T10:02; restate 2T09:00 stopped=1T10:01 gpus=2",
            "acme alice v100 2 10:00:00 10:02:00"
        ),
        // At one time the greater source, then the greater id, as bytes.
        (
            "restate 2T09:00 source=/b id=1 gpus=2; restate 2T09:00 source=/a id=2 gpus=3",
            "acme alice v100 2 10:00:00 10:10:00"
        ),
        (
            "restate 2T09:00 source=/B id=1 gpus=2; restate 2T09:00 source=/a id=1 gpus=3",
            "acme alice v100 3 10:00:00 10:10:00"
        ),
        ("restate 2T09:00 id=9 gpus=2; restate 2T09:00 id=10 gpus=3", "acme alice v100 2 10:00:00 10:10:00"),
        ("restate 2T09:00 id=x gpus=2; restate 2T09:00 id=X gpus=3", "acme alice v100 2 10:00:00 10:10:00"),
        // It wins over later events of the feed too.
        ("restate 2T09:00 stopped=1T10:01; stop 3T00:00", "acme alice v100 1 10:00:00 10:01:00"),
    ])
    func severalStatements(events: String, expected: String) {
        #expect(fields(events) == expected)
    }

    @Test func aStatementAloneMakesARun() {
        #expect(RunStory.told("restate 2T09:00 started=1T10:00 stopped=1T10:10 account=acme plan=v100") == "1 [] 1:600")
        #expect(RunStory.told("restate 2T09:00 stopped=1T10:10 account=acme plan=v100") == "1 [stop_without_start]")
        #expect(RunStory.history("restate 2T09:00 account=acme plan=v100").runs.isEmpty)
        #expect(RunStory.history("restate 2T09:00 account=acme plan=v100").looseEventCount == 1)
    }

    /// A statement is about one attempt and changes no limit.
    @Test func othersStayAsTheyAre() {
        let events =
            "submit 1T08:00 account=acme plan=v100 limit=300; start 1T10:00; stop 1T10:10; start 1T11:00 attempt=2; "
            + "stop 1T11:10 attempt=2; restate 2T09:00 attempt=2 started=1T11:01 stopped=1T11:20"
        #expect(RunStory.told(events) == "1 [] 1:300; 2 [] 1:300")
    }

    /// A replaced statement still counts for what must be waived to waive all of it (R13).
    @Test func waivedWholeSeesEveryStatedInstant() {
        let told = Self.run + "restate 2T09:00 stopped=1T10:20; restate 2T10:00 stopped=1T10:15;"
        #expect(RunStory.told(told + "waive 3T09:00 from=1T10:00 to=1T10:15") == "1 []")
        #expect(RunStory.told(told + "waive 3T09:00 from=1T10:00 to=1T10:20") == "1 waived")
    }
}
