import Billing
import Service
import Store
import UsageLedger
import Units

extension UsageSum {
    /// Seconds, GPU seconds as an exact decimal, and exact, unrounded yen.
    var members: [JSONValue.Member] {
        [
            .init("seconds", .count(usage.seconds)), .init("gpu_seconds", .string(usage.gpuSecondsText)),
            .init("amount_yen", .string(amount.description)),
        ]
    }
}

extension Watermark {
    var jsonValue: JSONValue {
        .object([
            .init("position", .integer(position)),
            // Before the first event nothing was recorded.
            .init("recorded_at", position > 0 ? .time(recordedAt) : .null),
            .init("event_cut", .time(eventCut)),
        ])
    }
}

extension JSONValue {
    /// Exact in every reader of JSON: what is beyond 2⁵³ − 1 is a string.
    static func count(_ value: Int64) -> JSONValue {
        value.magnitude < 1 << 53 ? .integer(value) : .string(String(value))
    }

    static func time(_ instant: Instant) -> JSONValue { .string(instant.description) }
    static func time(_ instant: Instant?) -> JSONValue { instant.map { .string($0.description) } ?? .null }
    static func day(_ day: CivilDay?) -> JSONValue { day.map { .string($0.description) } ?? .null }
    static func yen(_ yen: Yen) -> JSONValue { .integer(yen.amount) }
    static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
}

extension PriceRow {
    var jsonValue: JSONValue {
        .object([
            .init("price_row", .integer(position)), .init("plan", .string(plan.text)),
            .init("account", .text(account?.text)), .init("yen_per_second", .string(price.description)),
            .init("basis", .string(basis.rawValue)), .init("tax", .string(tax.rawValue)),
            .init("from", .day(from)), .init("to", .day(to)),
        ])
    }
}
