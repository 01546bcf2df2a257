import Foundation
import FoundationXML
import TestSupport
import Testing

@testable import Documents

/// Charts of reports: what is drawn is what the rows say.
@Suite struct ReportChartTests {
    private static func chart(
        _ kind: ReportChart.Kind, _ rows: [(String, String, Int64)], per one: Int64 = 1
    ) -> ReportChart {
        ReportChart(
            kind: kind, title: "A <title> & more", valueTitle: "Yen",
            rows: rows.map { (category: $0.0, series: $0.1, value: $0.2) }, valuesPerOne: one)
    }

    static let month: ReportChart = {
        var rows: [(String, String, Int64)] = []
        for day in 1...30 {
            let text = "2017-11-" + (day < 10 ? "0" : "") + String(day)
            rows.append((text, "v100", Int64(day) * 1_234_567))
            rows.append((text, "h100", Int64(30 - day) * 765_432))
        }
        return chart(.columns, rows, per: 1000)
    }()
    static let accounts = chart(
        .bars,
        [
            ("株式会社アクメ", "", 3_610_363), ("vc-0e4a51 with a name that is longer than there is room for", "", 1_071_088),
            ("<b>hostile</b>", "", -52_000), ("small", "", 1),
        ])

    @Test(arguments: ["month", "accounts"]) func picturesAreAsAPersonHasSeenThem(name: String) {
        let svg = ChartPicture.svg(name == "month" ? Self.month : Self.accounts)
        #expect(Golden.difference(svg, "chart-\(name).svg", besides: #filePath) == nil)
    }

    /// Lengths of all bars, in tenths, over the value that they stand for.
    @Test func barsAreAsLongAsTheirValues() throws {
        let rows: [(String, String, Int64)] = [("a", "x", 40), ("a", "y", 10), ("b", "x", -20), ("c", "y", 30)]
        let document = try XMLDocument(xmlString: ChartPicture.svg(Self.chart(.bars, rows)))
        let boxes = try document.nodes(forXPath: "//*[local-name()='rect'][*[local-name()='title']]").compactMap {
            $0 as? XMLElement
        }
        let widths = boxes.compactMap { $0.attribute(forName: "width")?.stringValue.flatMap(Double.init) }
        let titles = boxes.compactMap { $0.children?.first?.stringValue }
        #expect(titles == ["a, x: 40", "a, y: 10", "b, x: -20", "c, y: 30"])
        let scale = try #require(widths.first) / 40
        for (width, value) in zip(widths, [40.0, 10, 20, 30]) { #expect(abs(width - scale * value) < 0.21) }
    }

    @Test(
        arguments: [
            (0, 0, [0, 1]), (0, 7, [0, 2, 4, 6, 8]), (0, 5, [0, 1, 2, 3, 4, 5]), (-3, 12, [-5, 0, 5, 10, 15]),
            (-8, 0, [-8, -6, -4, -2, 0]), (0, 1_071_088, [0, 500_000, 1_000_000, 1_500_000]),
        ] as [(Int, Int, [Int])])
    func marksAreRoundAndCoverTheBars(lowest: Int, highest: Int, marks: [Int]) {
        let axis = ChartAxis((Int128(lowest), Int128(highest)))
        #expect(axis.marks.map { Int($0) } == marks)
        #expect(axis.lowest <= Int128(lowest) && axis.highest >= Int128(highest))
        #expect(axis.place(axis.lowest, length: 100) == 0 && axis.place(axis.highest, length: 100) == 1000)
    }

    @Test func hugeSumsDontOverflowAndNothingGivesNoPicture() {
        let svg = ChartPicture.svg(Self.chart(.columns, [("a", "", .max), ("a", "", .max), ("b", "", .min)]))
        #expect(svg.contains("9,223,372,036,854,775,807"))
        #expect(ChartPicture.svg(Self.chart(.bars, [])).isEmpty)
    }

    @Test func namesInAPageAreOnlyText() throws {
        let sheet = ReportSheet(
            title: "<i>t</i>", question: "q & a", parameters: "", columns: [.init(title: "<u>", isNumber: true)],
            rows: [["<script>alert(1)</script>"]], chart: Self.accounts, note: "", watermark: "")
        for hostile in ["<i>", "<u>", "<b>", "<script"] { #expect(!sheet.html.contains(hostile), "\(hostile)") }
        #expect(sheet.html.contains("&lt;b&gt;hostile"))
    }
}
