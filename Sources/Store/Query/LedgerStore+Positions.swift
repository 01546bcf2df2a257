import UsageLedger
import Units

extension LedgerStore {
    /// The last position that was recorded at or before an instant; 0 when there is none. `recorded_at` never decreases
    /// along the log, so a binary search finds it: O(log n).
    public func position(recordedBy instant: Instant) throws -> Int64 {
        try read { statements, _ in
            let row = try statements("SELECT recorded_at FROM event WHERE position = ?1")
            var low: Int64 = 0
            var high = try LogHead.read(statements).size
            while low < high {
                let middle = (low + high + 1) / 2
                row.bind(1, middle)
                guard try row.step() else {
                    throw StoreError(.corrupt, "there is no event at position \(middle); run verify")
                }
                let recordedAt = Instant(nanoseconds: row.integer(0))
                row.reset()
                if recordedAt <= instant { low = middle } else { high = middle - 1 }
            }
            return low
        }
    }

    /// When the event at a position was recorded; `nil` where there is none.
    public func recordedAt(_ position: Int64) throws -> Instant? {
        try read { statements, _ in
            let row = try statements("SELECT recorded_at FROM event WHERE position = ?1")
            row.bind(1, position)
            guard try row.step() else { return nil }
            defer { row.reset() }
            return Instant(nanoseconds: row.integer(0))
        }
    }
}
