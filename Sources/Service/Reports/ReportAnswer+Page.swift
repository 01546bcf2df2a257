import Documents
import Reports
import Store
import Units

extension ReportAnswer {
    /// The report as a page, with its chart where it has one.
    public var page: String {
        ReportSheet(
            title: report.title, question: report.question,
            parameters: parameters.map { "\($0.name) \($0.text)" }.joined(separator: ", "),
            columns: report.columns.map { .init(title: $0.title, isNumber: $0.type.isQuantity) },
            rows: rows.map { $0.map { $0.isQuantity ? Digits.grouped($0.text) : $0.text } }, chart: chart,
            note: report.note,
            watermark: position == 0
                ? "nothing is recorded yet"
                : "complete up to position \(position), recorded until \(recordedAt.tableText) (Japan)"
        ).html
    }

    private var chart: ReportChart? {
        guard let chart = report.chart, let category = place(chart.category), let value = place(chart.value) else {
            return nil
        }
        let series = chart.series.flatMap(place)
        return ReportChart(
            kind: chart.kind == .columns ? .columns : .bars, title: report.title,
            valueTitle: report.columns[value].title,
            rows: rows.map { row in (row[category].text, series.map { row[$0].text } ?? "", row[value].length) },
            valuesPerOne: report.columns[value].type == .gpuSeconds ? 1000 : 1)
    }

    private func place(_ column: String) -> Int? { report.columns.firstIndex { $0.name == column } }
}

extension ReportCell {
    /// The length of a bar: the whole part of a decimal, thousandths of GPU seconds.
    fileprivate var length: Int64 {
        switch value {
        case .null: 0
        case .integer(let integer): integer
        case .text(let text): Int64(text.prefix { $0 != "." }) ?? 0
        }
    }
}
