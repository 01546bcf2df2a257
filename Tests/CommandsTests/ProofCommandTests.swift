import TestSupport
import Testing

/// The commands that prove: explain, verify, rebuild, and the reports.
@Suite struct ProofCommandTests {
    /// October closed, then a run that came late, then November closed.
    private func folder() async -> TestFolder {
        let folder = await SampleMonth.folder()
        _ = await folder.kanjo("close", "2017-10", "--issue", "--issue-day", "2017-11-05")
        let late = [
            FeedText.event(
                1, "task.started", "late", "2017-10-05T00:00:00Z", data: #""account":"vc-0e4a51","plan":"v100""#),
            FeedText.event(2, "task.stopped", "late", "2017-10-05T10:00:00Z"),
        ]
        _ = await folder.kanjo("ingest", folder.write("late.ndjson", late.joined(separator: "\n")))
        #expect(await folder.kanjo("close", "2017-11", "--issue", "--issue-day", "2017-12-05").status == 0)
        return folder
    }

    @Test func everyYenIsExplained() async {
        let folder = await folder()
        let usage = await folder.kanjo("explain", "201710-000001")
        #expect(Golden.difference(usage.output, "explain-201710-000001.txt", besides: #filePath) == nil)
        let correction = await folder.kanjo("explain", "201711-000001", "1", "--slices", "2")
        #expect(Golden.difference(correction.output, "explain-correction.txt", besides: #filePath) == nil)
        let json = await folder.kanjo("explain", "201711-000001", "1", "--output", "json")
        #expect(Golden.difference(json.output, "explain-correction.json", besides: #filePath) == nil)
        let slices = await folder.kanjo("explain", "201711-000001", "--output", "csv")
        #expect(slices.output.hasPrefix("line,day,task,attempt,seconds,shortfall_seconds,gpus,gpu_seconds,price_row,"))
        #expect(await folder.kanjo("explain", "201711-000001", "9").status == 66)
        #expect(await folder.kanjo("explain", "201712-000001").status == 66)
    }

    @Test func everythingIsRightBeforeAndAfterARebuild() async {
        let folder = await folder()
        let before = await folder.kanjo("verify")
        #expect(before.status == 0)
        #expect(!before.output.contains("WRONG"))
        let rebuilt = await folder.kanjo("rebuild")
        #expect(rebuilt.output.hasPrefix("projections rebuilt from 12,8"))
        let after = await folder.kanjo("verify")
        #expect(after.status == 0)
        #expect(after.output.split(separator: "\n").last == before.output.split(separator: "\n").last)
    }

    @Test func reportsAreListedAndAnswered() async {
        let folder = await folder()
        #expect(await folder.kanjo("report").output.contains("month-close"))
        let month = await folder.kanjo("report", "month-close", "--period", "2017-10")
        #expect(Golden.difference(month.output, "report-month-close.txt", besides: #filePath) == nil)
        let top = await folder.kanjo(
            "report", "top-accounts", "--period", "2017-10", "--with", "limit=1", "--output", "csv")
        #expect(top.output.split(separator: "\r\n").count == 2)
        #expect(top.diagnostics.hasPrefix("complete up to position "))
        let check = await folder.kanjo("report", "close-check", "--output", "csv")
        #expect(check.status == 0)
        #expect(check.output.split(separator: "\r\n").count == 1)
        #expect(await folder.kanjo("report", "nosuch").status == 66)
        #expect(await folder.kanjo("report", "month-close", "--with", "period").status == 64)
    }

    @Test func creditsPricesAndAccountsAreListed() async {
        let folder = await folder()
        let credits = await folder.kanjo("credit", "list", "--output", "csv")
        #expect(credits.output.contains("5,vc-0e4a51,2017-10-01,2017-12-31,v100,3000,3000,0,trial"))
        let ended = SampleMonth.setUp.replacing(
            "from: 2017-10-01}\ncredits", with: "from: 2017-10-01, to: 2017-12-31}\ncredits")
        #expect(await folder.kanjo("apply", folder.write("ended.yaml", ended), "--reason", "new prices").status == 0)
        let history = await folder.kanjo("price", "history", "--output", "csv")
        #expect(
            history.output.contains(
                "price v100 0.016 yen per GPU second from 2017-10-01: ends 2017-12-31,tester,new prices"))
        #expect(
            await folder.kanjo("price", "list", "--day", "2018-01-01", "--output", "csv").output.split(
                separator: "\r\n"
            ).count == 1)
        #expect(await folder.kanjo("account", "list", "--output", "csv").output.split(separator: "\r\n").count == 13)
    }
}
