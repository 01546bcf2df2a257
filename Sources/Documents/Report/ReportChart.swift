/// A report's figures as a person looks at them: a bar for each category, divided by series.
public struct ReportChart: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Upright, along time.
        case columns
        /// Lying, one below the other, with room for names.
        case bars
    }

    public struct Category: Hashable, Sendable {
        public let label: String
        /// One for each series.
        public var values: [Int64]
    }

    public let kind: Kind
    public let title: String
    /// What a value means, for example `GPU seconds`.
    public let valueTitle: String
    /// Names of the series; one without a name where there is only one.
    public let series: [String]
    public let categories: [Category]
    /// Values are integers of this share of one: 1000 for thousandths.
    public let valuesPerOne: Int64

    /// Puts rows of (category, series, value) together: categories and series in the order in which they first come,
    /// values of the same place added. O(rows).
    public init(
        kind: Kind, title: String, valueTitle: String, rows: [(category: String, series: String, value: Int64)],
        valuesPerOne: Int64 = 1
    ) {
        var seriesPlaces: [String: Int] = [:], categoryPlaces: [String: Int] = [:]
        var series: [String] = [], labels: [String] = []
        for row in rows {
            if seriesPlaces[row.series] == nil {
                seriesPlaces[row.series] = series.count
                series.append(row.series)
            }
            if categoryPlaces[row.category] == nil {
                categoryPlaces[row.category] = labels.count
                labels.append(row.category)
            }
        }
        var categories = labels.map { Category(label: $0, values: Array(repeating: 0, count: series.count)) }
        for row in rows {
            guard let place = categoryPlaces[row.category], let index = seriesPlaces[row.series] else { continue }
            let (sum, isOver) = categories[place].values[index].addingReportingOverflow(row.value)
            categories[place].values[index] = isOver ? (row.value < 0 ? .min : .max) : sum
        }
        self.kind = kind
        self.title = title
        self.valueTitle = valueTitle
        self.series = series
        self.categories = categories
        self.valuesPerOne = valuesPerOne
    }

    /// Lowest and highest end of a bar, 0 among them.
    var range: (lowest: Int128, highest: Int128) {
        categories.reduce(into: (0, 0)) { range, category in
            let up = category.values.filter { $0 > 0 }.reduce(Int128(0)) { $0 + Int128($1) }
            let down = category.values.filter { $0 < 0 }.reduce(Int128(0)) { $0 + Int128($1) }
            range = (min(range.0, down), max(range.1, up))
        }
    }

    /// A value with separators, in whole ones; what is left of one is cut, unless the value is below ten.
    func text(_ value: Int128) -> String {
        let whole = value / Int128(valuesPerOne), rest = (value % Int128(valuesPerOne)).magnitude
        guard whole.magnitude < 10, rest > 0 else { return Digits.grouped(String(whole)) }
        let thousandths = String(1000 + rest * 1000 / UInt128(valuesPerOne.magnitude)).dropFirst()
        return (value < 0 && whole == 0 ? "-" : "") + "\(whole).\(thousandths)"
    }
}
