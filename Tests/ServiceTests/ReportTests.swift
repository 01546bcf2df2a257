import Foundation
import Reports
import Store
import Testing
import Units

@testable import Service

/// Every report of `reports/`, on an empty and on a filled ledger.
@Suite struct ReportTests {
    /// Each with values for what is required.
    private static func parameters(_ report: Report) -> [String: String] {
        let needed = report.parameters.filter { $0.need == .required }
        return Dictionary(uniqueKeysWithValues: needed.map { ($0.name, $0.type == .month ? "2017-11" : "2017-11-30") })
    }

    @Test func theReportsThatWereAskedForAreThere() {
        let names = Set(RunReport.list.map(\.name))
        #expect(
            names.isSuperset(of: [
                "month-close", "usage-by-account", "usage-by-plan-and-day", "unbilled-usage", "top-accounts",
                "anomalies",
                "price-history", "close-check",
            ]))
        #expect(RunReport.list.map(\.name) == RunReport.list.map(\.name).sorted())
    }

    @Test func everyFileOfTheFolderIsAReport() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../reports")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)).filter {
            $0.hasSuffix(".sql")
        }
        for file in files {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            let report = try Report(name: String(file.dropLast(4)), text: text)
            #expect(Report.named(report.name)?.title == report.title)
        }
        #expect(files.count == Report.all.count)
    }

    @Test func theExampleOfTheReadmeRuns() throws {
        let readme = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../reports/README.md")
        let parts = try String(contentsOf: readme, encoding: .utf8).split(separator: "```", maxSplits: 2)
        let report = try Report(name: "longest-runs", text: String(parts[1].dropFirst("sql\n".count)))
        let ledger = try ReportLedger()
        try ledger.fill()
        let arguments = try ReportArguments(report, given: ["period": "2017-11", "limit": "1"], now: ReportLedger.now)
        let rows = try ledger.store.report(report.query(arguments)).rows
        #expect(rows.map { $0[0] } == [.text("n1")])
    }

    @Test(arguments: Report.all.map(\.name)) func runsOnAnEmptyLedger(_ name: String) throws {
        let report = try #require(Report.named(name))
        let answer = try ReportLedger().answer(name, Self.parameters(report))
        #expect(answer.rows.allSatisfy { $0.count == report.columns.count })
        #expect(answer.position == 0)
        #expect(!answer.isFault)
        for column in report.columns.indices where report.columns[column].type.isQuantity {
            #expect(answer.rows.allSatisfy { ["", "0"].contains($0[column].text) })
        }
    }

    @Test(arguments: Report.all.map(\.name)) func answersAsBefore(_ name: String) throws {
        let report = try #require(Report.named(name))
        let ledger = try ReportLedger()
        try ledger.fill()
        var text = ""
        for period in ["2017-10", "2017-11", "2017-12"] where report.parameters.contains(where: { $0.name == "period" })
        {
            text += try Self.csv(ledger.answer(name, ["period": period]))
        }
        if report.parameters.allSatisfy({ $0.need != .required }) { text += try Self.csv(ledger.answer(name)) }
        expectGolden(text, "reports/\(name).csv")
    }

    private static func csv(_ answer: ReportAnswer) -> String {
        let parameters = answer.parameters.map { "\($0.name) \($0.text)" }.joined(separator: ", ")
        let head = "# " + answer.report.title + (parameters.isEmpty ? "" : ", \(parameters)") + "\n"
        let rows = answer.rows.map { $0.map(\.text).joined(separator: ";") }
        return ([head + answer.report.columns.map(\.name).joined(separator: ";")] + rows).joined(separator: "\n")
            + "\n\n"
    }

    @Test func amountsAreThoseOfTheUsageQueryInEveryReport() throws {
        let ledger = try ReportLedger()
        try ledger.fill()
        for period in ["2017-10", "2017-11", "2017-12"] {
            let month = try BillingPeriod(text: period)
            let usage = try ledger.store.usage(
                UsageQuery(from: month.firstDay, to: month.lastDay, groups: [.account], eventCut: month.end))
            let byAccount = try ledger.answer("usage-by-account", ["period": period])
            let byDay = try ledger.answer("usage-by-plan-and-day", ["period": period])
            let top = try ledger.answer("top-accounts", ["period": period])
            #expect(try Self.sum(byAccount, "amount_yen") == Self.sum(byDay, "amount_yen"))
            #expect(try Self.sum(byAccount, "amount_yen") == Self.sum(top, "amount_yen"))
            #expect(try Self.sum(byAccount, "gpu_seconds") == Self.sum(byDay, "gpu_seconds"))
            // The query counts beta's run that is still going, the reports say that they don't.
            for row in usage.rows where row.values != ["beta"] || period == "2017-10" {
                let cells = try #require(byAccount.rows.first { $0[0].text == row.values[0] })
                #expect(cells[4].text == row.sum.usage.gpuSecondsText)
                #expect(cells[5].text == row.sum.amount.description)
            }
        }
    }

    private static func sum(_ answer: ReportAnswer, _ column: String) throws -> Decimal {
        let index = try #require(answer.report.columns.firstIndex { $0.name == column })
        return answer.rows.reduce(Decimal(0)) { $0 + (Decimal(string: $1[index].text) ?? 0) }
    }

    @Test func theFilledLedgerHasSomethingForEveryReport() throws {
        let ledger = try ReportLedger()
        try ledger.fill()
        for report in Report.all where !report.mustBeEmpty {
            #expect(try !ledger.answer(report.name, Self.parameters(report)).rows.isEmpty, "\(report.name)")
        }
    }

    @Test func parametersAreJudgedBeforeAnythingRuns() throws {
        let ledger = try ReportLedger()
        func message(_ name: String, _ parameters: [String: String]) -> String {
            do {
                _ = try ledger.answer(name, parameters)
                return "no error"
            } catch { return "\(error)" }
        }
        #expect(message("revenue", [:]).hasPrefix("there is no report 'revenue'; choose one of ageing, anomalies, "))
        #expect(
            message("top-accounts", ["period": "2017-11", "top": "3"])
                == "report 'top-accounts' knows no parameter 'top'; it takes period, limit")
        #expect(
            message("top-accounts", ["limit": "3"])
                == "report 'top-accounts' needs the parameter 'period' (Month), a month such as 2017-11")
        #expect(
            message("top-accounts", ["period": "2017-13"]).hasPrefix(
                "parameter 'period' of report 'top-accounts': '2017-13' is no month"))
        #expect(
            message("top-accounts", ["period": "2017-11", "limit": "three"])
                == "parameter 'limit' of report 'top-accounts' is a whole number, not 'three'")
        #expect(
            message("open-runs", ["at": "tomorrow"]).hasPrefix("parameter 'at' of report 'open-runs': time 'tomorrow'"))
        #expect(message("open-runs", ["at": "2017-11-30T00:00:00Z"]) == "no error")
    }
}
