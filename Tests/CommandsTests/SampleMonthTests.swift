import TestSupport
import Testing

/// The sample from the set-up file to the invoices, by the command line alone.
@Suite struct SampleMonthTests {
    @Test func theMonthRunsFromTheSetUpFileToTheInvoices() async {
        let folder = await SampleMonth.folder()
        let october = await folder.kanjo("usage", "--period", "2017-10", "--group-by", "account")
        #expect(Golden.difference(october.output, "usage-2017-10.txt", besides: #filePath) == nil)
        #expect(october.output.contains("66,943,015"))
        let november = await folder.kanjo("usage", "--period", "2017-11", "--output", "csv")
        #expect(november.output == "seconds,gpu_seconds,amount_yen\r\n95797633,225647713,3610363.408\r\n")
        let draft = await folder.kanjo("close", "2017-10")
        #expect(Golden.difference(draft.output, "draft-2017-10.txt", besides: #filePath) == nil)
        #expect(await folder.kanjo("close", "2017-10").output.contains("No sum has changed since the last draft."))
        let issued = await folder.kanjo("close", "2017-10", "--issue", "--issue-day", "2017-11-05")
        #expect(issued.status == 0)
        let again = await folder.kanjo("close", "2017-10", "--issue")
        #expect(again.status == 0)
        #expect(again.output == issued.output)
        #expect(again.diagnostics.contains("nothing was changed"))
        #expect(await folder.kanjo("close", "2017-11", "--issue").status == 0)
        let list = await folder.kanjo("invoice", "list", "--output", "csv")
        #expect(list.output.split(separator: "\r\n").count == 1 + 23)
        let show = await folder.kanjo("invoice", "show", "201710-000001")
        #expect(Golden.difference(show.output, "invoice-201710-000001.txt", besides: #filePath) == nil)
        let json = await folder.kanjo("invoice", "show", "201710-000001", "--output", "json")
        #expect(Golden.difference(json.output, "invoice-201710-000001.json", besides: #filePath) == nil)
    }

    @Test func invoicesAreFoundByAnyCombination() async {
        let folder = await SampleMonth.folder()
        _ = await folder.kanjo("close", "2017-10", "--issue", "--issue-day", "2017-11-05")
        _ = await folder.kanjo("close", "2017-11", "--issue", "--issue-day", "2017-12-05")
        func numbers(_ arguments: String...) async -> [Substring] {
            let list = await folder.run(["invoice", "list", "--output", "csv"] + arguments)
            return list.output.split(separator: "\r\n").dropFirst().map { $0.prefix { $0 != "," } }
        }
        #expect(await numbers("--account", "vc-0e4a51") == ["201710-000001", "201711-000001"])
        #expect(await numbers("--min", "700000") == ["201710-000011", "201711-000012"])
        #expect(await numbers("--min", "4691", "--max", "4691") == ["201710-000001"])
        #expect(await numbers("--from", "2017-12-01", "--max", "300") == ["201711-000007"])
        #expect(await numbers("--period", "2017-10", "--min", "100000") == ["201710-000011"])
        #expect(await numbers("--account", "nobody") == [])
    }

    @Test func exportWritesTheStoredBytesAndLeavesNothingHalf() async {
        let folder = await SampleMonth.folder()
        _ = await folder.kanjo("close", "2017-10", "--issue", "--issue-day", "2017-11-05")
        let exported = await folder.kanjo("invoice", "export", "201710-000002", "--to", folder.path, "--format", "json")
        #expect(exported.status == 0)
        #expect(
            folder.read("201710-000002.json")
                == (await folder.kanjo("invoice", "show", "201710-000002", "--output", "json")).output)
        #expect(!folder.files.contains { $0.hasSuffix(".tmp") })
        let nowhere = await folder.kanjo("invoice", "export", "201710-000002", "--to", "/proc/none", "--format", "json")
        #expect(nowhere.status == 74)
        let missing = await folder.kanjo("invoice", "export", "201710-000099", "--to", folder.path, "--format", "text")
        #expect(missing.status == 66)
    }

    @Test func aMonthIsPrintedAndAnExportThatStoppedGoesOn() async {
        let folder = await SampleMonth.folder()
        _ = await folder.kanjo("close", "2017-10", "--issue", "--issue-day", "2017-11-05")
        let words = ["invoice", "export", "--period", "2017-10", "--to", folder.path, "--format"]
        let first = await folder.run(words + ["pdf"])
        #expect(first.status == 0)
        #expect(first.diagnostics.contains("11 files written\n"))
        #expect(folder.files.filter { $0.hasSuffix(".pdf") }.count == 11)
        let printed = folder.read("201710-000003.pdf")
        folder.write("201710-000003.pdf", "%PDF-1.5 half a page")
        folder.write("201710-000004.pdf", "%PDF-1.5 of another document\n%%EOF\n")
        let second = await folder.run(words + ["pdf"])
        #expect(second.diagnostics.contains("2 files written, 9 kept as they were"))
        #expect(folder.read("201710-000003.pdf") == printed)
        #expect(await folder.run(words + ["html"]).status == 0)
        #expect(folder.read("201710-000001.html").contains("株式会社アクメ 御中"))
    }

    @Test func previewIsTheInvoiceButForNumberDayAndCut() async {
        let folder = await SampleMonth.folder()
        let preview = await folder.kanjo("preview", "--account", "vc-0e4a51", "--period", "2017-10")
        _ = await folder.kanjo("close", "2017-10", "--issue", "--issue-day", "2017-11-05")
        let invoice = await folder.kanjo("invoice", "show", "201710-000001")
        let from = "株式会社アクメ", until = "\nSHA-256"
        func middle(_ text: String) -> Substring {
            guard let first = text.firstRange(of: from)?.lowerBound else { return "" }
            return text[first..<(text.firstRange(of: until)?.lowerBound ?? text.index(before: text.endIndex))]
        }
        #expect(middle(preview.output) == middle(invoice.output))
        let early = await folder.kanjo("preview", "--account", "vc-0e4a51", "--at", "2017-10-02T00:00:00+09:00")
        #expect(early.output.contains("would get no invoice for 2017-10"))
        #expect(await folder.kanjo("preview", "--account", "nobody").status == 66)
    }

    @Test func usageAnswersAsKnownAtAPositionAndATime() async {
        let folder = await SampleMonth.folder()
        let none = await folder.kanjo("usage", "--period", "2017-10", "--as-of", "0", "--output", "csv")
        #expect(none.output == "seconds,gpu_seconds,amount_yen\r\n0,0,0\r\n")
        let before = await folder.kanjo(
            "usage", "--period", "2017-10", "--as-of", "2018-01-14T00:00:00+09:00", "--output", "csv")
        #expect(before.output == none.output)
        let now = await folder.kanjo(
            "usage", "--period", "2017-10", "--as-of", "2018-01-15T00:00:00+09:00", "--output", "csv")
        #expect(now.output == "seconds,gpu_seconds,amount_yen\r\n19377806,66943015,1071088.24\r\n")
    }

    @Test func columnsOfCSVAreTheGroupsInTheOrderAsked() async {
        let folder = await SampleMonth.folder()
        let rows = await folder.kanjo(
            "usage", "--from", "2017-10-28", "--to", "2017-10-28", "--group-by", "plan,day,user", "--account",
            "vc-11cb48", "--output", "csv")
        #expect(rows.output.hasPrefix("plan,day,user,seconds,gpu_seconds,amount_yen\r\nv100,2017-10-28,vc-11cb48,"))
        #expect(rows.diagnostics.hasPrefix("complete up to position 12,817"))
    }
}
