import Billing
import Documents
import Store
import UsageLedger
import Units

/// An explanation for programs: the slices as rows, or everything as JSON.
public enum ExplanationListing {
    private static let columns: [Listing.Column] = [
        .text("day"), .text("task"), .number("attempt"), .number("seconds"), .number("shortfall_seconds", "shortfall"),
        .number("gpus", "GPUs"), .number("gpu_seconds", "GPU seconds"), .number("price_row"), .text("events"),
    ]

    /// Every slice of every line, with the line in front.
    public static func slices(_ explanation: Explanation) -> Listing {
        Listing(
            [.number("line")] + columns,
            rows: explanation.lines.flatMap { line in
                line.parts.map { [.integer(Int64(line.index))] + cells($0, events: .max) }
            })
    }

    /// The slices of one line and their sum.
    /// - Parameter events: how many positions are named at most.
    public static func slices(_ line: Explanation.ExplainedLine, events: Int) -> Listing {
        Listing(
            columns, rows: line.parts.map { cells($0, events: events) },
            total: [
                .text("total"), .none, .none, .integer(line.usage.seconds), .integer(line.usage.shortfallSeconds),
                .none,
                .decimal(line.usage.gpuSecondsText), .none, .none,
            ])
    }

    private static func cells(_ part: Explanation.Part, events: Int) -> [Listing.Value] {
        let usage = part.slice.usage(gpus: part.gpus)
        let positions = part.events.prefix(events).map(String.init).joined(separator: " ")
        return [
            .text(part.slice.day.description), .text(part.task.text), .integer(part.attempt), .integer(usage.seconds),
            .integer(usage.shortfallSeconds), .decimal(part.gpus.description), .decimal(usage.gpuSecondsText),
            .integer(part.priceRow), .text(part.events.count > events ? positions + " …" : positions),
        ]
    }

    public static func json(_ explanation: Explanation) -> JSONValue {
        .object([
            .init("number", explanation.invoice.number.map { .string($0.text) } ?? .null),
            .init("lines", .array(explanation.lines.map { json($0) })),
        ])
    }

    /// One line: the formula with its numbers, the rounding, what was billed before, and the slices.
    /// - Parameter parts: places of the slices that are shown; `nil` for all.
    public static func json(_ line: Explanation.ExplainedLine, parts: Range<Int>? = nil) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("line", .integer(Int64(line.index))), .init("class", .string(line.line.lineClass.rawValue)),
            .init("charge_month", .string(line.line.chargeMonth.description)),
            .init("plan", .string(line.line.plan.text)), .init("amount_yen", .integer(line.line.amount.amount)),
        ]
        if let credit = line.line.credit { members.append(.init("credit", .integer(credit))) }
        if let rate = line.line.rate {
            members += [
                .init("basis", .string(rate.basis.rawValue)), .init("unit_price", .string(rate.price.description)),
                .init("units", .string(thousandthsText(line.usage.unitThousandths(rate.basis)))),
                .init("exact_yen", .string(line.exact.description)),
                .init("rounded_yen", .integer(line.rounded.amount)),
                .init("billed_before", .array(line.earlier.map(json))),
                .init("caused_by", .array((line.line.difference?.causes ?? []).map { .integer($0) })),
                .init(
                    "slices", .array(line.parts[parts?.clamped(to: line.parts.indices) ?? line.parts.indices].map(json))
                ),
            ]
        }
        return .object(members)
    }

    private static func json(_ earlier: Explanation.Earlier) -> JSONValue {
        .object([
            .init("number", .string(earlier.number)), .init("class", .string(earlier.lineClass.rawValue)),
            .init("amount_yen", .integer(earlier.amount.amount)),
        ])
    }

    private static func json(_ part: Explanation.Part) -> JSONValue {
        let usage = part.slice.usage(gpus: part.gpus)
        return .object([
            .init("day", .string(part.slice.day.description)), .init("task", .string(part.task.text)),
            .init("attempt", .integer(part.attempt)), .init("seconds", .integer(usage.seconds)),
            .init("shortfall_seconds", .integer(usage.shortfallSeconds)), .init("gpus", .string(part.gpus.description)),
            .init("gpu_seconds", .string(usage.gpuSecondsText)), .init("price_row", .integer(part.priceRow)),
            .init("events", .array(part.events.map { .integer($0) })),
        ])
    }
}
