import Documents

/// What stands above the table on the first page: title, both parties, number and days, the amount in its box.
struct SheetHead {
    private static let gap = 24.0
    private static let leftWidth = 258.0
    private static let labelWidth = 62.0
    private static let boxHeight = 40.0

    private let sheet: InvoiceSheet
    private let pen: Pen

    let height: Double

    private static let title = TextStyle(size: 20, isBold: true, alignment: .center)
    private static let subtitle = TextStyle(size: 9, grey: 0.3, alignment: .center)
    private static let name = TextStyle(size: 13, isBold: true)
    private static let issuerName = TextStyle(size: 10.5, isBold: true)
    private static let small = TextStyle(size: 9)
    private static let label = TextStyle(size: 9, grey: 0.35)
    private static let amount = TextStyle(size: 20, isBold: true, alignment: .right)

    init(_ sheet: InvoiceSheet, _ pen: Pen) {
        self.sheet = sheet
        self.pen = pen
        var measuring = Column(pen, isDrawn: false)
        Self.lay(sheet, pen, y: 0, &measuring)
        height = measuring.y
    }

    func draw(y: Double) {
        var drawing = Column(pen, isDrawn: true)
        Self.lay(sheet, pen, y: y, &drawing)
    }

    private static func lay(_ sheet: InvoiceSheet, _ pen: Pen, y: Double, _ column: inout Column) {
        let x = SheetPages.margin, width = SheetPages.width
        column.y = y
        column.write(sheet.title, x: x, width: width, title)
        column.y += 4
        column.write(sheet.subtitle, x: x, width: width, subtitle)
        column.y += 20
        var right = column
        layParty(sheet, x: x, &column)
        layFacts(sheet, x: x + leftWidth + gap, width: width - leftWidth - gap, &right)
        column.y = max(column.y, right.y) + 16
        layAmount(sheet, pen, x: x, width: width, &column)
    }

    private static func layParty(_ sheet: InvoiceSheet, x: Double, _ column: inout Column) {
        column.write(sheet.recipientName, x: x, width: leftWidth, name)
        column.y += 3
        column.rule(x: x, width: leftWidth, grey: 0)
        column.y += 5
        for line in sheet.recipient {
            column.write(line, x: x, width: leftWidth, small)
            column.y += 4
        }
    }

    private static func layFacts(_ sheet: InvoiceSheet, x: Double, width: Double, _ column: inout Column) {
        for fact in sheet.facts {
            column.pair(fact, x: x, labelWidth: labelWidth, width: width, label, small)
            column.y += 4
        }
        column.y += 10
        column.write(sheet.issuerName, x: x, width: width, issuerName)
        column.y += 3
        for line in sheet.issuer {
            column.write(line, x: x, width: width, small)
            column.y += 4
        }
    }

    private static func layAmount(
        _ sheet: InvoiceSheet, _ pen: Pen, x: Double, width: Double, _ column: inout Column
    ) {
        if column.isDrawn {
            pen.frame(x: x, y: column.y, width: leftWidth + gap, height: boxHeight, thickness: 1.2)
            pen.write(
                sheet.amountLabel, x: x + 10, y: column.y + 14, width: 110, TextStyle(size: 10, isBold: true))
            pen.write(sheet.amount, x: x + 110, y: column.y + 9, width: leftWidth + gap - 120, amount)
        }
        column.y += boxHeight + 12
        column.pair(
            .init(label: "ご利用期間", text: sheet.usagePeriod), x: x, labelWidth: labelWidth, width: width, label, small)
        column.y += 10
    }
}
