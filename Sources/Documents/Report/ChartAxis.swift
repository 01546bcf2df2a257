/// A scale of whole numbers with few round marks. No floating point: figures of any size stay exact.
struct ChartAxis {
    let lowest: Int128
    let highest: Int128
    /// Ascending; 0 among them.
    let marks: [Int128]

    /// - Parameter range: the ends of the bars, 0 between them.
    init(_ range: (lowest: Int128, highest: Int128)) {
        let span = max(range.highest - range.lowest, 1)
        let step = Self.step(span)
        let down = (-range.lowest + step - 1) / step, up = max((range.highest + step - 1) / step, down == 0 ? 1 : 0)
        lowest = -down * step
        highest = up * step
        marks = (-down...up).map { $0 * step }
    }

    /// The smallest of 1, 2 and 5 times a power of ten of which five or fewer cover the span.
    private static func step(_ span: Int128) -> Int128 {
        var power: Int128 = 1
        while true {
            for factor: Int128 in [1, 2, 5] where span <= factor * power * 5 { return factor * power }
            power *= 10
        }
    }

    /// How far a value lies from the lowest, in tenths of a unit of the picture.
    func place(_ value: Int128, length: Int) -> Int {
        Int((value - lowest) * Int128(length) * 10 / (highest - lowest))
    }
}
