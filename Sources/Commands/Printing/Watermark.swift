import Documents
import UsageLedger
import Units

/// Up to where an answer is complete.
struct Watermark {
    let position: Int64
    let recordedAt: Instant

    var text: String {
        guard position > 0 else { return "nothing is recorded yet" }
        return "complete up to position \(Digits.grouped(position)), recorded until \(recordedAt.tableText) (Japan)"
    }

    var members: [JSONValue.Member] {
        [.init("position", .integer(position)), .init("recorded_at", .string(recordedAt.description))]
    }
}
