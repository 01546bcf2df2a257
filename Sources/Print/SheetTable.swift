import Documents

/// The table of lines. Its header row stands on every page.
struct SheetTable {
    /// Item, period, quantity, unit price, amount; they fill the page's width.
    private static let widths = [SheetPages.width - 300, 72.0, 98.0, 54.0, 76.0]
    private static let padding = 5.0
    private static let text = TextStyle(size: 9)
    private static let note = TextStyle(size: 7.5, grey: 0.35)
    private static let header = TextStyle(size: 8.5, isBold: true)

    private let sheet: InvoiceSheet
    private let pen: Pen
    let heights: [Double]
    let headerHeight: Double

    init(_ sheet: InvoiceSheet, _ pen: Pen) {
        self.sheet = sheet
        self.pen = pen
        heights = sheet.rows.map { Self.lay($0, y: 0, pen, isDrawn: false) }
        headerHeight = pen.height(InvoiceSheet.columns[0], width: 100, Self.header) + 2 * Self.padding
    }

    func drawHeader(y: Double) -> Double {
        pen.fill(x: SheetPages.margin, y: y, width: SheetPages.width, height: headerHeight, grey: 0.92)
        Self.cells(InvoiceSheet.columns) { text, x, width, side in
            pen.write(text, x: x, y: y + Self.padding, width: width, Self.header.aligned(side))
        }
        pen.line(x: SheetPages.margin, y: y + headerHeight, width: SheetPages.width, thickness: 0.8, grey: 0.2)
        return headerHeight
    }

    func draw(_ row: Int, y: Double) -> Double { Self.lay(sheet.rows[row], y: y, pen, isDrawn: true) }

    private static func lay(_ row: InvoiceSheet.Row, y: Double, _ pen: Pen, isDrawn: Bool) -> Double {
        var height = 0.0
        cells([row.item, row.period, row.quantity, row.price, row.amount]) { text, x, width, side in
            var column = Column(pen, isDrawn: isDrawn, y: y + padding)
            column.write(text, x: x, width: width, Self.text.aligned(side))
            height = max(height, column.y - y)
        }
        var column = Column(pen, isDrawn: isDrawn, y: y + height)
        for note in row.notes {
            column.y += 2
            column.write(note, x: SheetPages.margin + 14, width: SheetPages.width - 20, Self.note)
        }
        column.y += padding
        column.rule(x: SheetPages.margin, width: SheetPages.width, thickness: 0.4, grey: 0.75)
        return column.y - y
    }

    /// Each cell with its place; numbers stand right.
    private static func cells(
        _ texts: [String], _ body: (_ text: String, _ x: Double, _ width: Double, _ side: TextStyle.Side) -> Void
    ) {
        var x = SheetPages.margin
        for (index, text) in texts.enumerated() {
            body(text, x + 4, widths[index] - 8, index < 2 ? .left : .right)
            x += widths[index]
        }
    }
}
