import Foundation
import Units

/// The shape of the real week of jobs: what the generator draws from.
struct Sample {
    /// Seconds and GPUs of each job: drawn together, so that large jobs stay long.
    let jobs: [(seconds: Int64, gpus: Int64)]
    /// Jobs started in each hour of the week, UTC, from Monday 00:00 on; never 0, so that no hour is silent.
    let startsByHour: [Int]

    /// - Parameter path: a CSV file with the columns `gpus`, `start_utc` and `end_utc`, without quotes.
    init(path: String) throws {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline)
        let header = lines.first?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
        guard let gpus = header.firstIndex(of: "gpus"), let start = header.firstIndex(of: "start_utc"),
            let end = header.firstIndex(of: "end_utc")
        else { throw BenchmarkError("\(path) lacks a column gpus, start_utc or end_utc") }
        var jobs: [(seconds: Int64, gpus: Int64)] = []
        var starts = [Int](repeating: 1, count: 168)
        for line in lines.dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            let from = try Instant(rfc3339: String(fields[start])), to = try Instant(rfc3339: String(fields[end]))
            jobs.append(((to.nanoseconds - from.nanoseconds) / 1_000_000_000, Int64(fields[gpus]) ?? 1))
            starts[Self.hourOfWeek(from)] += 1
        }
        self.jobs = jobs
        startsByHour = starts
    }

    static func hourOfWeek(_ instant: Instant) -> Int {
        let hours = instant.nanoseconds / 3_600_000_000_000
        // 1970-01-01 was a Thursday.
        return Int((hours + 3 * 24) % 168)
    }
}
