import Reports
import Testing

/// Headings of report files, right and wrong.
@Suite struct ReportHeadingTests {
    private static let good = """
        -- title: Longest runs
        -- question: Which runs of a month
        --     took longest?
        -- parameter: period month required "Month"
        -- parameter: limit integer default 10 "How many"
        -- parameter: account text optional "Account"
        -- column: task text "Task"
        -- column: gpu_seconds gpu_seconds "GPU seconds"
        -- chart: bars task gpu_seconds
        -- must_be_empty: yes
        -- note: A note.
        SELECT 1 -- not the heading
        """

    @Test func everyKeyIsRead() throws {
        let report = try Report(name: "longest-runs", text: Self.good)
        #expect(report.title == "Longest runs")
        #expect(report.question == "Which runs of a month took longest?")
        #expect(report.note == "A note.")
        #expect(report.parameters.map(\.name) == ["period", "limit", "account"])
        #expect(report.parameters.map(\.need) == [.required, .fallback("10"), .optional])
        #expect(report.parameters.map(\.type) == [.month, .integer, .text])
        #expect(report.columns.map(\.name) == ["task", "gpu_seconds"])
        #expect(report.columns.map(\.title) == ["Task", "GPU seconds"])
        let chart = try #require(report.chart)
        #expect(chart.kind == .bars && chart.category == "task" && chart.value == "gpu_seconds" && chart.series == nil)
        #expect(report.mustBeEmpty)
        #expect(report.sql == "SELECT 1 -- not the heading")
    }

    @Test(arguments: [
        ("-- title: Longest runs", "-- title:", "line 1: write '-- key: value'"),
        ("-- title: Longest runs", "-- heading: x", "line 1: 'heading' is none of title, question"),
        ("-- title: Longest runs\n", "", "line 11: the title is missing"),
        ("-- note: A note.", "-- title: Again", "line 11: title is there already"),
        ("period month required", "period year required", "line 4: after the name of a parameter comes its type"),
        ("period month required", "period yen required", "line 4: a parameter can't be of type yen"),
        ("period month required", "period month", "line 4: after the type comes 'required'"),
        ("limit integer default 10", "limit integer default", "line 5: after the type comes 'required'"),
        ("account text optional", "period text optional", "line 6: parameter 'period' is there already"),
        ("task text \"Task\"", "task text Task", "line 7: a column ends with its title"),
        ("task text \"Task\"", "Task text \"Task\"", "line 7: a column begins with a name"),
        ("chart: bars task", "chart: pie task", "line 9: write 'chart: columns CATEGORY VALUE SERIES'"),
        ("chart: bars task", "chart: bars user", "line 9: there is no column 'user'"),
        ("task gpu_seconds\n", "gpu_seconds task\n", "line 9: the column 'task' holds no numbers"),
        ("must_be_empty: yes", "must_be_empty: no", "line 10: write 'must_be_empty: yes'"),
        ("SELECT 1 -- not the heading", "", "line 12: the SELECT statement is missing"),
    ])
    func aWrongHeadingIsToldByLine(_ right: String, _ wrong: String, _ message: String) {
        #expect {
            try Report(name: "longest-runs", text: Self.good.replacing(right, with: wrong))
        } throws: { error in
            "\(error)".hasPrefix("reports/longest-runs.sql, \(message)")
        }
    }
}
