import Foundation
import TestSupport
import Testing

/// Files for other programs, held by golden files.
@Suite struct ExportGoldenTests {
    /// October of the sample, with a payment.
    private static func folder() async -> TestFolder {
        let folder = await SampleMonth.folder()
        #expect(await folder.kanjo("close", "2017-10", "--issue", "--issue-day", "2017-11-05").status == 0)
        let paid = await folder.kanjo(
            "payment", "add", "--invoice", "201710-000001", "--yen", "4251", "--fee", "440", "--day", "2017-11-30",
            "--method", "bank_transfer", "--reference", "first")
        #expect(paid.status == 0)
        return folder
    }

    @Test func aMonthForSpreadsheetsAndCostPrograms() async {
        let folder = await Self.folder()
        for subject in ["invoices", "lines", "usage", "focus"] {
            let path = folder.path + "/" + subject + ".csv"
            let run = await folder.run(
                ["export", subject, "--period", "2017-10", "--to", path, "--encoding", "utf-8"]
                    + (subject == "focus" ? ["--account", "vc-0e4a51"] : []))
            #expect(run.status == 0)
            let text = folder.read(subject + ".csv")
            #expect(Golden.difference(text, "export-\(subject).csv", besides: #filePath) == nil)
        }
    }

    @Test func costsAreCSVOnly() async {
        let folder = await Self.folder()
        let run = await folder.kanjo(
            "export", "focus", "--period", "2017-10", "--format", "xlsx", "--to", folder.path + "/focus.xlsx")
        #expect(run.status == 64)
        #expect(run.diagnostics.contains("focus is written as CSV only"))
    }

    @Test(arguments: ["hledger", "beancount", "freee", "moneyforward", "yayoi"])
    func theBooks(_ form: String) async throws {
        let folder = await Self.folder()
        let run = await folder.kanjo("books", "export", "--format", form, "--to", folder.path + "/books")
        #expect(run.status == 0)
        let text = try String(
            contentsOfFile: folder.path + "/books", encoding: form == "yayoi" ? .shiftJIS : .utf8)
        #expect(Golden.difference(text, "books-\(form).txt", besides: #filePath) == nil)
    }
}
