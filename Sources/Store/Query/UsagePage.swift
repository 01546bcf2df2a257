import UsageLedger
import Units

/// A stretch of the rows that answer a question about use, complete up to its watermark.
public struct UsagePage: Sendable {
    public let rows: [UsageAnswer.Row]
    /// Rows of the whole answer.
    public let count: Int64
    /// Of the whole answer, each run once.
    public let total: UsageSum
    /// All events up to this position, recorded until `recordedAt`, are in it.
    public let position: Int64
    public let recordedAt: Instant
    public let eventCut: Instant
}

/// Counts the rows that come by and keeps one stretch of them.
struct UsagePageRows {
    private let kept: Range<Int64>
    private(set) var count: Int64 = 0
    private(set) var rows: [UsageAnswer.Row] = []

    init(offset: Int64, limit: Int) { kept = offset..<offset + Int64(limit) }

    mutating func take(_ found: [UsageAnswer.Row]) {
        for row in found {
            if kept.contains(count) { rows.append(row) }
            count += 1
        }
    }
}

extension RunRows {
    /// Rows of runs without a stop and of those that stop at an instant or later, bound as ?2, by task and attempt: of
    /// one account, bound as ?1, or of all. What is sorted goes to a temporary file where it is long.
    static func rowsByTask(ofOneAccount: Bool) -> String {
        """
        \(openRows(ofOneAccount: ofOneAccount))
        UNION ALL SELECT * FROM (\(stoppedRows(ofOneAccount: ofOneAccount)))
        ORDER BY 1, 2
        """
    }
}
