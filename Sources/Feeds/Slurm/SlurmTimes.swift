import Units
import UsageLedger

/// Reads the times of `sacct`: local time without an offset (the default), Unix seconds, or RFC 3339 with `+0900` or
/// `+09:00`.
struct SlurmTimes {
    private var clock: LocalClock

    init(clock: LocalClock) { self.clock = clock }

    private static let noTime: Set<String> = ["", "Unknown", "None", "N/A"]

    /// `nil` for a field that holds no time. Error: `invalid_row`, also for a local time that the zone skips.
    mutating func read(_ rows: RowReader, _ column: String, _ index: Int) throws(EventError) -> Instant? {
        let bytes = rows.field(index)
        if bytes.count == 19 { return try readLocal(rows, column, index) }
        let text = rows.fieldText(index)
        if Self.noTime.contains(text) { return nil }
        if bytes.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            guard bytes.count <= 10, let seconds = Int64(text), seconds > 0,
                Instant(nanoseconds: seconds * 1_000_000_000) < CivilDay.last.next.start
            else { throw rows.refusal(column, index, "is no time in Unix seconds from 1970 to 2199") }
            return Instant(nanoseconds: seconds * 1_000_000_000)
        }
        return try readRFC3339(withColonInOffset(text), rows, column)
    }

    private mutating func readLocal(_ rows: RowReader, _ column: String, _ index: Int) throws(EventError) -> Instant {
        let shown = try readRFC3339(rows.fieldText(index) + "Z", rows, column)
        guard let instant = clock.instant(showing: shown) else {
            throw rows.refusal(column, index, "doesn't exist in the time zone: the clock was put forward over it")
        }
        guard instant.nanoseconds > 0 else { throw rows.refusal(column, index, "is outside 1970 … 2199") }
        return instant
    }

    private func readRFC3339(_ text: String, _ rows: RowReader, _ column: String) throws(EventError) -> Instant {
        do throws(UnitError) {
            return try Instant(rfc3339: text)
        } catch {
            throw EventError(.invalidRow, field: column, "line \(rows.line), column \(column): \(error.message)")
        }
    }

    /// `…+0900` → `…+09:00`.
    private func withColonInOffset(_ text: String) -> String {
        let tail = [UInt8](text.utf8.suffix(5))
        guard tail.count == 5, tail[0] == UInt8(ascii: "+") || tail[0] == UInt8(ascii: "-") else { return text }
        return String(text.dropLast(2)) + ":" + text.suffix(2)
    }
}

extension Instant {
    /// Whole seconds since 1970.
    var unixSeconds: Int64 { nanoseconds / 1_000_000_000 }
}
