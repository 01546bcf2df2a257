import Service
import Synchronization

/// Counts of requests since the start, by route, method and status.
final class RequestFigures: Sendable {
    struct Key: Hashable {
        let route: String
        let method: String
    }

    struct Row {
        var ofStatus: [Int: Int] = [:]
        var duration = Histogram(bounds: RequestFigures.bounds)
    }

    /// Microseconds: from half a millisecond to ten seconds.
    private static let bounds: [Int64] = [
        500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 10_000_000,
    ]
    /// Whatever a client calls its method, it makes no new row.
    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    private let state = Mutex<[Key: Row]>([:])

    var rows: [Key: Row] { state.withLock { $0 } }

    func note(_ asked: AskedRequest, status: Int, microseconds: Int64) {
        let method = asked.method.rawValue
        let key = Key(route: asked.template, method: Self.methods.contains(method) ? method : "(other)")
        state.withLock { rows in
            rows[key, default: Row()].ofStatus[status, default: 0] += 1
            rows[key]?.duration.note(microseconds)
        }
    }
}
