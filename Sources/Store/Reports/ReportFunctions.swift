import Billing
import GRDB
import UsageLedger
import Units

/// What reports may call in SQL beyond SQLite's own functions, so that money stays exact and days stay readable;
/// reports/README.md lists them. NULL in gives NULL out, and so does a value out of bounds: a check must not stop at
/// what it is looking for.
enum ReportFunctions {
    static func add(to database: Database) {
        for function in money + quantities + days + log + ReportSums.all { database.add(function: function) }
    }

    /// Units are thousandths of seconds or of GPU seconds, prices billionths of a yen.
    private static let money = [
        integers("exact_yen", 2) { exactYen(units: $0[0], price: $0[1]).description },
        integers("floor_yen", 2) { floorYen(exactYen(units: $0[0], price: $0[1])) },
        integers("price_text", 1) { ExactYen(trillionths: Int128($0[0]) * 1000).description },
        integers("tax_included", 1) { $0[0] < 0 ? nil : Rounding.taxIncluded(inGross: Yen($0[0])).amount },
        integers("tax_added", 1) { $0[0] < 0 ? nil : Rounding.taxAdded(toBase: Yen($0[0])).amount },
    ]

    private static let quantities = [
        integers("thousandths_text", 1) { thousandthsText(Int128($0[0])) },
        text("thousandths") { Units.thousandths(parsing: $0) },
        integers("percent", 2) { percent(part: $0[0], whole: $0[1]) },
        integers("seconds_started", 1) { $0[0] < 0 ? nil : Rounding.secondsStarted(elapsedNanoseconds: $0[0]) },
    ]

    private static let days = [
        integers("day_of", 1) { Instant(inCalendar: $0[0]).map { Int64(CivilDay($0).number) } },
        integers("month_of", 1) { CivilDay(inCalendar: $0[0]).map { Int64($0.period.monthNumber) } },
        integers("start_of_day", 1) { CivilDay(inCalendar: $0[0])?.start.nanoseconds },
        integers("end_of_day", 1) { CivilDay(inCalendar: $0[0])?.next.start.nanoseconds },
        integers("first_day", 1) { BillingPeriod(inCalendar: $0[0]).map { Int64($0.firstDay.number) } },
        integers("last_day", 1) { BillingPeriod(inCalendar: $0[0]).map { Int64($0.lastDay.number) } },
        integers("due_day", 1) { BillingPeriod(inCalendar: $0[0]).map { Int64(DueDay.of($0).number) } },
        integers("start_of_month", 1) { BillingPeriod(inCalendar: $0[0])?.start.nanoseconds },
        integers("end_of_month", 1) { BillingPeriod(inCalendar: $0[0])?.end.nanoseconds },
        integers("day_text", 1) { CivilDay(inCalendar: $0[0])?.description },
        integers("month_text", 1) { BillingPeriod(inCalendar: $0[0])?.description },
        integers("instant_text", 1) { Instant(inCalendar: $0[0])?.description },
    ]

    private static let log = [
        integers("anomaly_names", 1) {
            AnomalySet(rawValue: Int($0[0])).kinds.map(\.rawValue).joined(separator: ", ")
        },
        integers("bills_nothing", 1) {
            AnomalySet(rawValue: Int($0[0])).subtracting(.statingAmount).isEmpty ? 0 : 1
        },
        DatabaseFunction("sha256", argumentCount: 1, pure: true) { values in
            guard case .blob(let bytes) = values[0].storage else { return nil }
            return ClosingEvents.hexadecimal(Digest.sha256(Array(bytes)))
        },
    ]

    static func exactYen(units: Int64, price: Int64) -> ExactYen {
        ExactYen(trillionths: Int128(units) * Int128(price))
    }

    /// The rounding of a line; `nil` for what no line can be.
    static func floorYen(_ exact: ExactYen) -> Int64? { exact < .zero ? nil : Rounding.lineAmount(exact)?.amount }

    /// Cut down to a tenth of a percent.
    private static func percent(part: Int64, whole: Int64) -> String? {
        whole <= 0 ? nil : thousandthsText(Int128(part) * 1000 / Int128(whole) * 100)
    }

    /// A function of integers.
    private static func integers(
        _ name: String, _ count: Int, _ body: @escaping @Sendable ([Int64]) -> (any DatabaseValueConvertible)?
    ) -> DatabaseFunction {
        DatabaseFunction(name, argumentCount: count, pure: true) { values in
            let integers = values.compactMap(\.integer)
            return integers.count == values.count ? body(integers) : nil
        }
    }

    /// A function of one text.
    private static func text(
        _ name: String, _ body: @escaping @Sendable (String) -> (any DatabaseValueConvertible)?
    ) -> DatabaseFunction {
        DatabaseFunction(name, argumentCount: 1, pure: true) { values in
            guard case .string(let text) = values[0].storage else { return nil }
            return body(text)
        }
    }
}

extension DatabaseValue {
    /// An integer as it is stored; nothing is turned into one.
    var integer: Int64? {
        guard case .int64(let integer) = storage else { return nil }
        return integer
    }
}
