import Documents

/// What stands below the table: the sum, tax by rate, how to pay, and where it is recorded. It is never divided.
struct SheetClosing {
    private static let padding = 5.0
    private static let taxWidths = [48.0, 112.0, 92.0]
    private static let labelWidth = 84.0
    private static let sum = TextStyle(size: 10, isBold: true)
    private static let text = TextStyle(size: 9)
    private static let header = TextStyle(size: 8.5, isBold: true)
    private static let note = TextStyle(size: 7.5, grey: 0.35)

    private let sheet: InvoiceSheet
    private let pen: Pen
    let height: Double

    init(_ sheet: InvoiceSheet, _ pen: Pen) {
        self.sheet = sheet
        self.pen = pen
        height = Self.lay(sheet, y: 0, pen, isDrawn: false)
    }

    func draw(y: Double) { _ = Self.lay(sheet, y: y, pen, isDrawn: true) }

    private static func lay(_ sheet: InvoiceSheet, y: Double, _ pen: Pen, isDrawn: Bool) -> Double {
        let x = SheetPages.margin, width = SheetPages.width
        var column = Column(pen, isDrawn: isDrawn, y: y)
        column.rule(x: x, width: width, thickness: 0.8, grey: 0.2)
        column.y += padding
        var label = column
        label.write(sheet.totalLabel, x: x + 4, width: 200, sum)
        column.write(sheet.total, x: x + 200, width: width - 204, sum.aligned(.right))
        column.y += padding + 12
        layTax(sheet, x: x + width - taxWidths.reduce(0, +), &column, pen)
        column.y += 4
        column.write(sheet.taxNote, x: x, width: width, note.aligned(.right))
        column.y += 14
        for field in sheet.payment {
            column.pair(field, x: x, labelWidth: labelWidth, width: width, header, text)
            column.y += 2
        }
        column.y += 6
        for field in sheet.record {
            column.pair(field, x: x, labelWidth: labelWidth, width: width, note, note)
            column.y += 2
        }
        return column.y - y
    }

    private static func layTax(_ sheet: InvoiceSheet, x: Double, _ column: inout Column, _ pen: Pen) {
        let width = taxWidths.reduce(0, +), top = column.y
        var bottoms = [top]
        let rows = [sheet.taxColumns] + sheet.taxRows.map { [$0.rate, $0.base, $0.tax] }
        for (index, row) in rows.enumerated() {
            let y = bottoms[index]
            var bottom = y, cell = x
            for (place, text) in row.enumerated() {
                var inner = Column(pen, isDrawn: column.isDrawn, y: y + padding - 1)
                let style = index == 0 ? header : self.text
                inner.write(text, x: cell + 4, width: taxWidths[place] - 8, style.aligned(place == 0 ? .left : .right))
                bottom = max(bottom, inner.y + padding - 1)
                cell += taxWidths[place]
            }
            bottoms.append(bottom)
        }
        column.y = bottoms[bottoms.count - 1]
        guard column.isDrawn else { return }
        pen.frame(x: x, y: top, width: width, height: column.y - top, thickness: 0.6)
        for y in bottoms[1..<bottoms.count - 1] { pen.line(x: x, y: y, width: width, thickness: 0.4, grey: 0.4) }
    }
}
