import Reports
import Store
import Units

extension Report.ValueType {
    /// How the store holds it.
    var storage: ReportQuery.Column.Storage { self == .text || self == .decimal ? .text : .integer }

    var isQuantity: Bool {
        switch self {
        case .integer, .yen, .seconds, .gpuSeconds, .decimal: true
        case .text, .day, .month, .instant: false
        }
    }

    /// A value in words. What no calendar has, because somebody tampered with the database, stands there as the number
    /// that it is.
    func text(of value: ReportValue) -> String {
        switch value {
        case .null: ""
        case .text(let text): text
        case .integer(let integer):
            switch self {
            case .gpuSeconds: thousandthsText(Int128(integer))
            case .day: (CivilDay(inCalendar: integer)?.description) ?? String(integer)
            case .month: (BillingPeriod(inCalendar: integer)?.description) ?? String(integer)
            case .instant: (Instant(inCalendar: integer)?.description) ?? String(integer)
            case .text, .integer, .yen, .seconds, .decimal: String(integer)
            }
        }
    }
}
