import Documents

/// Which rows stand on which page, and everything drawn in its place.
struct SheetPages {
    private struct Page {
        var rows: Range<Int>
        var hasClosing = false
    }

    static let margin = 48.0
    static let width = PDFFile.width - 2 * margin
    /// Nothing but the page's number stands below.
    static let bottom = PDFFile.height - 62

    private let sheet: InvoiceSheet
    private let pen: Pen
    private let head: SheetHead
    private let table: SheetTable
    private let closing: SheetClosing
    private var pages: [Page] = []

    init(_ sheet: InvoiceSheet, _ pen: Pen) {
        self.sheet = sheet
        self.pen = pen
        head = SheetHead(sheet, pen)
        table = SheetTable(sheet, pen)
        closing = SheetClosing(sheet, pen)
        divide()
    }

    var count: Int { pages.count }

    private func top(_ page: Int) -> Double { page == 0 ? Self.margin + head.height : Self.margin }

    private mutating func divide() {
        var page = Page(rows: 0..<0)
        var y = top(0) + table.headerHeight
        for (index, height) in table.heights.enumerated() {
            if y + height > Self.bottom, !page.rows.isEmpty || pages.isEmpty {
                pages.append(page)
                page = Page(rows: index..<index)
                y = top(pages.count) + table.headerHeight
            }
            page.rows = page.rows.lowerBound..<index + 1
            y += height
        }
        if y + closing.height > Self.bottom {
            // The sum never stands alone: the last row goes with it.
            let kept = page.rows.count > 1 ? page.rows.upperBound - 1 : page.rows.upperBound
            pages.append(Page(rows: page.rows.lowerBound..<kept))
            page = Page(rows: kept..<page.rows.upperBound)
        }
        page.hasClosing = true
        pages.append(page)
    }

    func draw(_ index: Int) {
        let page = pages[index]
        if index == 0 { head.draw(y: Self.margin) }
        var y = top(index)
        y += table.drawHeader(y: y)
        for row in page.rows { y += table.draw(row, y: y) }
        if page.hasClosing { closing.draw(y: y) }
        drawFoot(index)
    }

    private func drawFoot(_ index: Int) {
        let style = TextStyle(size: 8, grey: 0.35), y = PDFFile.height - 44
        pen.line(x: Self.margin, y: y - 6, width: Self.width, thickness: 0.4, grey: 0.75)
        pen.write(
            sheet.number.isEmpty ? sheet.subtitle : "\(sheet.numberLabel) \(sheet.number)", x: Self.margin, y: y,
            width: Self.width, style)
        pen.write(
            "\(index + 1) / \(count)", x: Self.margin, y: y, width: Self.width, style.aligned(.right))
    }
}
