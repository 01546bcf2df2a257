import Mustache
import Reports
import Service
import Units

/// A report as a page: a table, for the screen and for paper, without scripts. Everything in it is escaped.
enum ReportPage {
    private static let text = """
        <!doctype html>
        <html lang="ja">
        <head>
        <meta charset="utf-8">
        <title>{{title}}</title>
        <style>
        body { font: 14px/1.4 sans-serif; margin: 2em; color: #222 }
        table { border-collapse: collapse }
        caption { text-align: left; padding-bottom: .5em; color: #555 }
        th, td { padding: .25em .75em; border-bottom: 1px solid #ccc; text-align: left; vertical-align: top }
        .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
        thead { display: table-header-group }
        tr { break-inside: avoid }
        @media print { body { margin: 0; font-size: 10px } }
        </style>
        </head>
        <body>
        <h1>{{title}}</h1>
        <p>{{question}}</p>
        <table>
        <caption>{{parameters}}</caption>
        <thead><tr>{{#columns}}<th{{#number}} class="number"{{/number}}>{{title}}</th>{{/columns}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr>{{#cells}}<td{{#number}} class="number"{{/number}}>{{text}}</td>{{/cells}}</tr>
        {{/rows}}
        </tbody>
        </table>
        {{#note}}<p>{{note}}</p>{{/note}}
        <p>{{watermark}}</p>
        </body>
        </html>

        """

    private struct Cell {
        let text: String
        let number: Bool
    }

    private struct Column {
        let title: String
        let number: Bool
    }

    private struct Row {
        let cells: [Cell]
    }

    private struct Page {
        let title: String
        let question: String
        let parameters: String
        let columns: [Column]
        let rows: [Row]
        let note: String?
        let watermark: String
    }

    static func html(_ answer: ReportAnswer) -> String {
        let isNumber = answer.report.columns.map {
            [.integer, .yen, .seconds, .gpuSeconds, .decimal].contains($0.type)
        }
        let page = Page(
            title: answer.report.title, question: answer.report.question,
            parameters: answer.parameters.map { "\($0.name) \($0.text)" }.joined(separator: ", "),
            columns: zip(answer.report.columns, isNumber).map { Column(title: $0.title, number: $1) },
            rows: answer.rows.map { row in Row(cells: zip(row, isNumber).map { Cell(text: $0.text, number: $1) }) },
            note: answer.report.note.isEmpty ? nil : answer.report.note,
            watermark: answer.position == 0
                ? "nothing is recorded yet"
                : "complete up to position \(answer.position), recorded until \(answer.recordedAt.tableText) (Japan)")
        return template?.render(page) ?? ""
    }

    private static let template = try? MustacheTemplate(string: text)
}
