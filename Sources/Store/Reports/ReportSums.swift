import GRDB
import Units

/// Sums over the rows of a report that never leave the integers: SQLite's own `sum` breaks off at 64 bits.
enum ReportSums {
    static let all = [
        DatabaseFunction("sum_exact", argumentCount: 1, pure: true, aggregate: ExactSum.self),
        DatabaseFunction("sum_exact_yen", argumentCount: 2, pure: true, aggregate: ExactYenSum.self),
        DatabaseFunction("sum_floor_yen", argumentCount: 2, pure: true, aggregate: FlooredYenSum.self),
    ]

    /// Σ of integers, 0 for no rows; NULL when it doesn't fit 64 bits.
    private struct ExactSum: DatabaseAggregate {
        private var sum: Int128 = 0

        mutating func step(_ values: [DatabaseValue]) { sum += Int128(values[0].integer ?? 0) }

        func finalize() -> (any DatabaseValueConvertible)? { Int64(exactly: sum) }
    }

    /// Σ units × price as an exact decimal, `0` for no rows. A row without a price counts nothing.
    private struct ExactYenSum: DatabaseAggregate {
        private var sum = ExactYen.zero

        mutating func step(_ values: [DatabaseValue]) { sum += exactYen(values) }

        func finalize() -> (any DatabaseValueConvertible)? { sum.description }
    }

    /// The same, floored once: what a line of all the rows would say, and what can be sorted. NULL below zero or beyond
    /// 64 bits.
    private struct FlooredYenSum: DatabaseAggregate {
        private var sum = ExactYen.zero

        mutating func step(_ values: [DatabaseValue]) { sum += exactYen(values) }

        func finalize() -> (any DatabaseValueConvertible)? { ReportFunctions.floorYen(sum) }
    }

    private static func exactYen(_ values: [DatabaseValue]) -> ExactYen {
        guard let units = values[0].integer, let price = values[1].integer else { return .zero }
        return ReportFunctions.exactYen(units: units, price: price)
    }
}
