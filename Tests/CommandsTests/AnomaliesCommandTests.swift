import Testing

/// What waits for a person, and a person's decisions.
@Suite struct AnomaliesCommandTests {
    private static let identity = #""account":"vc-0e4a51","plan":"v100""#
    private static let feed = [
        FeedText.event(1, "task.stopped", "no-start", "2017-10-02T00:00:00Z"),
        FeedText.event(2, "task.submitted", "no-start", "2017-10-01T00:00:00Z", data: identity),
        FeedText.event(3, "task.started", "early", "2017-09-01T00:00:00Z", data: identity),
        FeedText.event(4, "task.stopped", "early", "2017-09-01T01:00:00Z"),
        FeedText.event(5, "task.started", "open", "2017-10-03T00:00:00Z", data: identity),
    ].joined(separator: "\n")

    private func folder() async -> TestFolder {
        let folder = TestFolder()
        _ = await folder.kanjo("apply", folder.write("setup.yaml", SampleMonth.setUp))
        #expect(await folder.kanjo("ingest", folder.write("feed.ndjson", Self.feed)).status == 0)
        return folder
    }

    private func kinds(_ folder: TestFolder) async -> [Substring] {
        let list = await folder.kanjo("anomalies", "list", "--output", "csv")
        return list.output.split(separator: "\r\n").dropFirst().map { row in row.prefix { $0 != "," } }
    }

    @Test func eachAnomalyIsListedWithWhatToDo() async {
        let folder = await folder()
        #expect(await kinds(folder) == ["stop_without_start", "runaway_run", "price_missing"])
        let list = await folder.kanjo("anomalies", "list", "--output", "csv")
        #expect(
            list.output.contains(
                "price_missing,,,vc-0e4a51,2017-09-01,2017-09-01,false,false,account vc-0e4a51 used plan v100"))
    }

    @Test func aDecisionEndsAnAnomaly() async {
        let folder = await folder()
        let restated = await folder.kanjo(
            "anomalies", "resolve", "no-start", "--restate", "--started-at", "2017-10-01T23:00:00Z", "--reason",
            "scheduler's list")
        #expect(restated.status == 0)
        #expect(restated.output.hasSuffix("the run bears no anomaly any more\n"))
        #expect(await folder.kanjo("anomalies", "resolve", "open", "--waive", "--reason", "host failed").status == 0)
        #expect(await kinds(folder) == ["price_missing"])
        let usage = await folder.kanjo("usage", "--period", "2017-10", "--output", "csv")
        #expect(usage.output == "seconds,gpu_seconds,amount_yen\r\n3600,3600,57.6\r\n")
    }

    @Test func aDecisionNeedsAReasonAndARun() async {
        let folder = await folder()
        #expect(await folder.kanjo("anomalies", "resolve", "open", "--waive").status == 64)
        #expect(
            await folder.kanjo("anomalies", "resolve", "open", "--waive", "--restate", "--reason", "x").status == 64)
        #expect(await folder.kanjo("anomalies", "resolve", "open", "--restate", "--reason", "x").status == 64)
        #expect(await folder.kanjo("anomalies", "resolve", "nobody", "--waive", "--reason", "x").status == 66)
        #expect(
            await folder.kanjo("anomalies", "resolve", "open", "--attempt", "7", "--waive", "--reason", "x").status
                == 66)
        let backwards = await folder.kanjo(
            "anomalies", "resolve", "open", "--waive", "--from", "2017-10-05T00:00:00Z", "--to", "2017-10-04T00:00:00Z",
            "--reason", "x")
        #expect(backwards.status == 65)
    }

    @Test func theGateStopsAnIssueUntilAPersonAccepts() async {
        let folder = await folder()
        let refused = await folder.kanjo("close", "2017-10", "--issue")
        #expect(refused.status == 69)
        #expect(
            refused.diagnostics.hasPrefix("kanjo: error: 2017-10 can't be issued, 3 questions are open [gate_open]\n"))
        let accepted = await folder.kanjo(
            "close", "2017-10", "--issue", "--accept", "price_missing:vc-0e4a51:v100:2017-09-01", "--accept",
            "runaway_run:open:1",
            "--accept", "stop_without_start:no-start:1", "--reason", "looked at")
        #expect(accepted.status == 0)
    }
}
