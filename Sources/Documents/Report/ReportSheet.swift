import Mustache

/// A report as a page for the screen and for paper: a chart where there is one, and the table. Everything in it is
/// escaped; there are no scripts.
public struct ReportSheet: Sendable {
    public struct Column: Sendable {
        public let title: String
        public let isNumber: Bool

        public init(title: String, isNumber: Bool) {
            self.title = title
            self.isNumber = isNumber
        }
    }

    public var title: String
    public var question: String
    public var parameters: String
    public var columns: [Column]
    /// As many texts as columns, each.
    public var rows: [[String]]
    public var chart: ReportChart?
    public var note: String
    public var watermark: String

    public init(
        title: String, question: String, parameters: String, columns: [Column], rows: [[String]], chart: ReportChart?,
        note: String, watermark: String
    ) {
        self.title = title
        self.question = question
        self.parameters = parameters
        self.columns = columns
        self.rows = rows
        self.chart = chart
        self.note = note
        self.watermark = watermark
    }

    /// The whole page.
    public var html: String {
        func cells(_ texts: [String]) -> [[String: Any]] {
            zip(texts, columns).map { ["text": $0.printable, "number": $1.isNumber] }
        }
        return Self.template?.render([
            "title": title, "question": question, "parameters": parameters, "style": ReportPageStyle.css,
            "chart": chart.map(ChartPicture.svg) ?? "", "columns": cells(columns.map(\.title)),
            "rows": rows.map { ["cells": cells($0)] }, "note": note, "watermark": watermark,
        ]) ?? ""
    }

    private static let template = try? MustacheTemplate(string: ReportPageStyle.page)
}
