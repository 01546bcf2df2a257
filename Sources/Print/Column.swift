import Documents

/// Texts below each other: measured first, then drawn, by the same code.
struct Column {
    private let pen: Pen
    let isDrawn: Bool
    /// Where the next text begins.
    var y = 0.0

    init(_ pen: Pen, isDrawn: Bool, y: Double = 0) {
        self.pen = pen
        self.isDrawn = isDrawn
        self.y = y
    }

    mutating func write(_ text: String, x: Double, width: Double, _ style: TextStyle) {
        y += put(text, x: x, width: width, style)
    }

    /// A label with its text beside it.
    mutating func pair(
        _ field: InvoiceSheet.Field, x: Double, labelWidth: Double, width: Double, _ label: TextStyle,
        _ style: TextStyle
    ) {
        let first = put(field.label, x: x, width: labelWidth, label)
        y += max(first, put(field.text, x: x + labelWidth, width: width - labelWidth, style))
    }

    mutating func rule(x: Double, width: Double, thickness: Double = 0.5, grey: Double = 0.6) {
        if isDrawn { pen.line(x: x, y: y, width: width, thickness: thickness, grey: grey) }
    }

    private func put(_ text: String, x: Double, width: Double, _ style: TextStyle) -> Double {
        isDrawn ? pen.write(text, x: x, y: y, width: width, style) : pen.height(text, width: width, style)
    }
}
