import Archive
import Billing
import Documents
import Feeds
import Print
import Service
import Spreadsheet
import Store
import TestSupport
import Testing
import UsageLedger
import Units

/// The error table, and what the shell sees of it.
@Suite struct ExitStatusTests {
    @Test func everyCodeOfEveryTargetHasARow() {
        let codes =
            UnitError.Code.allCases.map(\.rawValue) + EventError.Code.allCases.map(\.rawValue)
            + SetUpError.Code.allCases.map(\.rawValue)
            + StoreError.Code.allCases.map(\.rawValue) + FeedError.Code.allCases.map(\.rawValue)
            + ServiceError.Code.allCases.map(\.rawValue) + PrintError.Code.allCases.map(\.rawValue)
            + SpreadsheetError.Code.allCases.map(\.rawValue) + ArchiveError.Code.allCases.map(\.rawValue)
            + PeppolError.Code.allCases.map(\.rawValue)
            + ["gate_open", "invalid_arguments", "conflict"]
        let rows = Set(ErrorTable.rows.map(\.code))
        #expect(codes.filter { !rows.contains($0) } == [])
        #expect(rows.filter { !codes.contains($0) } == [])
    }

    @Test func everyExitStatusIsDocumented() throws {
        let folder = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let page = try #require(Golden.read(folder + "/docs/exit-statuses.md"))
        for status in ErrorTable.ExitStatus.allCases { #expect(page.contains("| \(status.rawValue) |")) }
        for row in ErrorTable.rows { #expect(page.contains("`\(row.code)`"), "\(row.code)") }
        #expect(page.contains("| \(ErrorTable.row("gate_open").exitStatus.rawValue) | "))
    }

    @Test func anUnknownErrorIsInternalAndKeepsItsDetailToItself() {
        struct Surprise: Error {}
        let shown = ErrorTable.show(Surprise())
        #expect(shown.row.exitStatus.rawValue == 70)
        #expect(!shown.message.contains("Surprise"))
        #expect(shown.detail == "Surprise()")
    }

    @Test func wrongCommandLinesAre64() async {
        let folder = TestFolder()
        let lines: [[String]] = [
            ["nosuch"], ["usage", "--period", "2017-13"], ["usage", "--group-by", "hour"],
            ["usage", "--group-by", "day,day"],
            ["usage", "--period", "2017-10", "--from", "2017-10-01", "--to", "2017-10-02"],
            ["usage", "--from", "2017-10-01"],
            ["usage", "--as-of", "yesterday"], ["usage", "--as-of=-1"], ["usage", "--account", "a b"],
            ["usage", "--output", "xml"],
            ["close", "2017-10", "--accept", "x"], ["close", "2017-10", "--issue", "--accept", "x"],
            ["close", "october"],
            ["ingest"], ["ingest", "-", "-"], ["ingest", "x", "--plan", "v100"], ["invoice", "list", "--min", "1.5"],
            ["invoice", "export", "--to", "x", "--format", "json"], ["apply"], ["preview"],
        ]
        for line in lines {
            let run = await folder.run(line)
            #expect(run.status == 64, "\(line)")
            #expect(run.output.isEmpty, "\(line)")
            #expect(!run.diagnostics.isEmpty, "\(line)")
        }
        #expect(folder.files == [])
    }

    @Test func aWrongParameterOfAReportIs64() async {
        let folder = TestFolder()
        _ = await folder.kanjo("apply", folder.write("setup.yaml", SampleMonth.setUp))
        for wrong in [
            ["month-close"], ["month-close", "--with", "period=october"], ["anomalies", "--with", "colour=red"],
        ] {
            let run = await folder.run(["report"] + wrong)
            #expect(run.status == 64, "\(wrong)")
            #expect(run.diagnostics.contains("[invalid_request]"), "\(wrong)")
        }
    }

    @Test func whatIsNotThereIs66() async {
        let folder = TestFolder()
        for line in [["usage"], ["invoice", "list"], ["invoice", "show", "201710-000001"], ["price", "list"]] {
            let run = await folder.run(line)
            #expect(run.status == 66, "\(line)")
            #expect(run.diagnostics.contains("[database_missing]"), "\(line)")
        }
        #expect(folder.files == [])
        _ = await folder.kanjo("apply", folder.write("setup.yaml", SampleMonth.setUp))
        #expect(await folder.kanjo("invoice", "show", "201710-000001").status == 66)
        #expect(await folder.kanjo("ingest", "/nowhere/feed").status == 66)
        #expect(await folder.kanjo("apply", "/nowhere/setup.yaml").status == 66)
    }

    @Test func otherFilesAndWrongFilesAreToldApart() async {
        let folder = TestFolder()
        let other = folder.write(
            "other.db",
            "this is no database, but it is longer than the header of one would be: 100 bytes or more. So it is read.")
        #expect(await folder.kanjo("usage", "--db", other).status == 78)
        let wrong = await folder.kanjo("apply", folder.write("setup.yaml", "plans:\n  - {id: v100, nam: x}\n"))
        #expect(wrong.status == 65)
        #expect(wrong.diagnostics.contains("line 2: "))
    }

    @Test func aUsedPriceIsRefusedWith69AndNothingChanges() async {
        let folder = await SampleMonth.folder()
        _ = await folder.kanjo("close", "2017-10", "--issue")
        let cheaper = SampleMonth.setUp.replacing("\"0.016\"", with: "\"0.015\"")
        let refused = await folder.kanjo("apply", folder.write("cheaper.yaml", cheaper))
        #expect(refused.status == 69)
        #expect(await folder.kanjo("price", "list", "--output", "csv").output.contains("0.016"))
    }

    @Test func aDryRunLeavesNoFileBehind() async {
        let folder = TestFolder()
        let run = await folder.kanjo("apply", folder.write("setup.yaml", SampleMonth.setUp), "--dry-run")
        #expect(run.status == 0)
        #expect(run.output.hasSuffix("5 changes (dry run: nothing was recorded)\n"))
        #expect(folder.files == ["setup.yaml"])
    }
}
