import Billing
import Documents
import Service
import Store
import UsageLedger
import Units

/// One task from its events to yen, as JSON.
enum TaskUsageAnswer {
    /// Positions that a slice names at most; all of them stand under `events`.
    private static let greatestPositions = 100

    static func members(_ usage: TaskUsage, _ watermark: Watermark) -> [JSONValue.Member] {
        let rows = Set(usage.parts.compactMap(\.priceRow)).sorted { $0.position < $1.position }
        return [
            .init("task", .string(usage.task.text)), .init("runs", .array(usage.runs.map(run))),
            .init("slices", .array(usage.parts.map { slice($0, of: usage) })),
            .init("price_rows", .array(rows.map(\.jsonValue))), .init("watermark", watermark.jsonValue),
        ] + usage.total.members
    }

    /// Events, each with its canonical body and what shows that it hangs on the log.
    static func events(_ events: [TaskUsage.Event], _ bodies: [[UInt8]], _ proven: ProvenEvents) -> JSONValue {
        .array(zip(zip(events, bodies), proven.proofs).map { event($0.0, body: $0.1, proof: $1) })
    }

    private static func run(_ run: Run) -> JSONValue {
        .object([
            .init("attempt", .integer(run.attempt)), .init("account", .text(run.account?.text)),
            .init("user", .string(run.user.text)), .init("plan", .text(run.plan?.text)),
            .init("gpus", .text(run.gpus?.description)), .init("started_at", .time(run.startedAt)),
            .init("stopped_at", .time(run.stoppedAt)),
            .init("minimum_seconds", .integer(run.paysMinimum ? run.minimumSeconds : 0)),
            .init("billed", .bool(run.canBill)),
            .init("anomalies", .array(run.anomalies.kinds.map { .string($0.rawValue) })),
        ])
    }

    /// The row's position and number; both null on a day without a single price, which isn't billed.
    private static func slice(_ part: TaskUsage.Part, of usage: TaskUsage) -> JSONValue {
        // Of its own run, and of the task as a whole.
        let events = usage.events.lazy.filter { $0.attempt ?? part.attempt == part.attempt }
        return .object([
            .init("task", .string(usage.task.text)), .init("attempt", .integer(part.attempt)),
            .init("day", .day(part.slice.day)), .init("gpus", .string(part.gpus.description)),
            .init("events", .array(events.prefix(greatestPositions).map { .integer($0.position) })),
            .init("seconds", .integer(part.usage.seconds)),
            .init("shortfall_seconds", .integer(part.usage.shortfallSeconds)),
            .init("gpu_seconds", .string(part.usage.gpuSecondsText)),
            .init("price_row", part.priceRow.map { .integer($0.position) } ?? .null),
            .init("unit_price", .text(part.priceRow?.price.description)),
            .init("basis", .text(part.priceRow?.basis.rawValue)),
            .init("amount_yen", .string(part.amount.description)),
        ])
    }

    private static func event(_ event: TaskUsage.Event, body: [UInt8], proof: InclusionProof) -> JSONValue {
        .object([
            .init("position", .integer(event.position)), .init("source", .string(event.key.source)),
            .init("id", .string(event.key.id)), .init("type", .string(event.type)),
            .init("occurred_at", .time(event.occurredAt)), .init("recorded_at", .time(event.recordedAt)),
            .init("event", .string(String(decoding: body, as: UTF8.self))),
            .init("leaf_hash", .string(Digits.hexadecimal(event.leafHash))),
            .init("proof", ProofAnswer.json(proof)),
        ])
    }
}
