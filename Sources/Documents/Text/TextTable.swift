/// Rows and columns for a terminal, aligned by display width.
public struct TextTable: Sendable {
    public struct Column: Sendable {
        public let title: String
        public let alignment: Alignment

        public init(_ title: String, _ alignment: Alignment = .left) {
            self.title = title
            self.alignment = alignment
        }
    }

    public var columns: [Column]
    public var rows: [[String]]
    /// Stands under a rule.
    public var total: [String]?

    /// - Precondition: every row has a cell for each column.
    public init(_ columns: [Column], rows: [[String]], total: [String]? = nil) {
        precondition(rows.allSatisfy { $0.count == columns.count }, "a row has a cell for each column")
        self.columns = columns
        self.rows = rows
        self.total = total
    }

    /// Lines with a line feed each. Two spaces between columns, none at the end of a line.
    public var text: String {
        let header = columns.map(\.title)
        let all = [header] + rows + (total.map { [$0] } ?? [])
        var widths = [Int](repeating: 0, count: columns.count)
        for row in all {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], DisplayWidth.of(cell)) }
        }
        let rule = String(repeating: "─", count: widths.reduce(0, +) + 2 * max(0, widths.count - 1)) + "\n"
        var text = line(header, widths) + rule
        for row in rows { text += line(row, widths) }
        if let total { text += rule + line(total, widths) }
        return text
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = zip(cells, zip(columns, widths)).map { $0.padded(to: $1.1, $1.0.alignment) }.joined(separator: "  ")
        while line.hasSuffix(" ") { line.removeLast() }
        return line + "\n"
    }
}
