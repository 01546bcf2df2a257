/// Draws a chart as SVG that stands in a page: colours are the page's, a pointer shows each value, who doesn't see gets
/// title and description. Names are escaped.
public enum ChartPicture {
    static let width = 760
    /// Further series have the last colour.
    public static let colours = 8
    /// More bars lie in the table below only.
    static let mostBars = 25

    /// Nothing for a chart without categories.
    public static func svg(_ chart: ReportChart) -> String {
        guard !chart.categories.isEmpty else { return "" }
        let legend = legend(chart)
        let (body, height, left) =
            chart.kind == .columns ? columns(chart, top: legend.height) : bars(chart, top: legend.height)
        let count = chart.categories.count
        let words = "\(count) \(count == 1 ? "value" : "values")"
        let shown = left == 0 ? "" : "; the first \(count - left) are shown"
        return """
            <svg viewBox="0 0 \(width) \(height)" role="img" aria-labelledby="chart-title chart-words">
            <title id="chart-title">\(escaped(chart.title))</title>
            <desc id="chart-words">\(escaped(chart.valueTitle)), \(words)\(shown)</desc>
            <text class="axis" x="0" y="12">\(escaped(chart.valueTitle))</text>
            \(legend.text)\(body)</svg>

            """
    }

    /// Names of the series with their colours, in lines.
    private static func legend(_ chart: ReportChart) -> (text: String, height: Int) {
        guard chart.series.count > 1 else { return ("", 24) }
        var text = "", x = 0, y = 30
        for (index, name) in chart.series.enumerated() {
            let label = shortened(name, to: 40), length = DisplayWidth.of(label) * 7 + 30
            if x > 0, x + length > width { (x, y) = (0, y + 18) }
            text += "<rect class=\"\(colour(index))\" x=\"\(x)\" y=\"\(y - 10)\" width=\"12\" height=\"12\"/>"
            text += "<text x=\"\(x + 17)\" y=\"\(y)\">\(escaped(label))</text>\n"
            x += length
        }
        return (text, y + 14)
    }

    private static func columns(_ chart: ReportChart, top: Int) -> (text: String, height: Int, left: Int) {
        let axis = ChartAxis(chart.range), margin = 100, plot = width - margin - 4, high = 240
        var text = ""
        for mark in axis.marks {
            let y = top * 10 + high * 10 - axis.place(mark, length: high)
            text += line(x1: margin * 10, y1: y, x2: (width - 4) * 10, y2: y, isZero: mark == 0)
            text +=
                "<text class=\"axis number\" x=\"\(margin - 8)\" y=\"\(tenths(y + 40))\">\(chart.text(mark))</text>\n"
        }
        let count = chart.categories.count, step = plot * 10 / count
        // So many labels that they don't touch each other.
        let widest = chart.categories.map { DisplayWidth.of($0.label) }.max() ?? 1
        let every = max(1, (min(widest, 16) * 80 + step) / step)
        for (index, category) in chart.categories.enumerated() {
            let x = margin * 10 + index * step
            text += stack(category, chart, axis, length: high) { from, to in
                let y = top * 10 + high * 10 - to
                return (x + step / 10, y, step - step / 5, to - from)
            }
            if index % every == 0 {
                let label = shortened(category.label, to: 16), middle = x + step / 2
                // The last label ends with the picture.
                let isLast = middle / 10 + DisplayWidth.of(label) * 4 > width
                text += "<text class=\"axis \(isLast ? "number" : "middle")\" "
                text += "x=\"\(isLast ? "\(width)" : tenths(middle))\" y=\"\(top + high + 18)\">"
                text += "\(escaped(label))</text>\n"
            }
        }
        return (text, top + high + 28, 0)
    }

    private static func bars(_ chart: ReportChart, top: Int) -> (text: String, height: Int, left: Int) {
        let axis = ChartAxis(chart.range), margin = 230, plot = width - margin - 110, step = 24
        let shown = chart.categories.prefix(mostBars), bottom = top + shown.count * step
        var text = ""
        for mark in axis.marks {
            let x = margin * 10 + axis.place(mark, length: plot)
            text += line(x1: x, y1: top * 10, x2: x, y2: bottom * 10, isZero: mark == 0)
            text += "<text class=\"axis middle\" x=\"\(tenths(x))\" y=\"\(bottom + 16)\">\(chart.text(mark))</text>\n"
        }
        for (index, category) in shown.enumerated() {
            let y = top + index * step
            text += "<text class=\"number\" x=\"\(margin - 8)\" y=\"\(y + 16)\">"
            text += "\(escaped(shortened(category.label, to: 30)))</text>\n"
            text += stack(category, chart, axis, length: plot) { from, to in
                (margin * 10 + from, y * 10 + 40, to - from, 160)
            }
            let sum = category.values.reduce(Int128(0)) { $0 + Int128($1) }
            let end = margin * 10 + axis.place(max(sum, 0), length: plot) + 60
            text += "<text class=\"axis\" x=\"\(tenths(end))\" y=\"\(y + 16)\">\(chart.text(sum))</text>\n"
        }
        return (text, bottom + 26, chart.categories.count - shown.count)
    }

    /// The parts of one bar, from zero up and from zero down.
    private static func stack(
        _ category: ReportChart.Category, _ chart: ReportChart, _ axis: ChartAxis, length: Int,
        box: (_ from: Int, _ to: Int) -> (x: Int, y: Int, width: Int, height: Int)
    ) -> String {
        var text = "", up: Int128 = 0, down: Int128 = 0
        for (index, value) in category.values.enumerated() where value != 0 {
            let from = value > 0 ? up : down + Int128(value), to = value > 0 ? up + Int128(value) : down
            if value > 0 { up = to } else { down = from }
            let box = box(axis.place(from, length: length), axis.place(to, length: length))
            let name = chart.series.count > 1 ? ", \(chart.series[index])" : ""
            text += "<rect class=\"\(colour(index))\" x=\"\(tenths(box.x))\" y=\"\(tenths(box.y))\" "
            text += "width=\"\(tenths(max(box.width, 1)))\" height=\"\(tenths(max(box.height, 1)))\">"
            text += "<title>\(escaped(category.label + name)): \(chart.text(Int128(value)))</title></rect>\n"
        }
        return text
    }

    private static func line(x1: Int, y1: Int, x2: Int, y2: Int, isZero: Bool) -> String {
        "<line class=\"\(isZero ? "zero" : "mark")\" x1=\"\(tenths(x1))\" y1=\"\(tenths(y1))\" x2=\"\(tenths(x2))\" "
            + "y2=\"\(tenths(y2))\"/>\n"
    }

    private static func colour(_ series: Int) -> String { "s\(min(series, colours - 1))" }

    private static func tenths(_ value: Int) -> String {
        value % 10 == 0 ? "\(value / 10)" : "\(value < 0 ? "-" : "")\(abs(value) / 10).\(abs(value) % 10)"
    }

    private static func shortened(_ text: String, to columns: Int) -> String {
        let text = text.printable
        guard DisplayWidth.of(text) > columns else { return text }
        var kept = ""
        for character in text where DisplayWidth.of(kept) + DisplayWidth.of(String(character)) < columns {
            kept.append(character)
        }
        return kept + "…"
    }

    private static func escaped(_ text: String) -> String {
        text.printable.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
