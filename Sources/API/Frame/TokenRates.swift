import Service
import Synchronization
import Units

/// How many requests a second each key may make: a bucket that fills steadily and holds two seconds' worth.
final class TokenRates: Sendable {
    private struct Bucket {
        /// When it will be full again, had nobody asked.
        var fullAt: Int64
    }

    private let nanosecondsPerRequest: Int64
    private let buckets = Mutex<[String: Bucket]>([:])
    private static let heldNanoseconds: Int64 = 2_000_000_000

    /// - Parameter perSecond: 0 for no limit.
    init(perSecond: Int) { nanosecondsPerRequest = perSecond > 0 ? 1_000_000_000 / Int64(perSecond) : 0 }

    /// Counts a request. Error: `too_many_requests`.
    func take(_ token: String, at now: Instant) throws {
        guard nanosecondsPerRequest > 0 else { return }
        let fits = buckets.withLock { buckets in
            let fullAt = max(now.nanoseconds, buckets[token]?.fullAt ?? 0) + nanosecondsPerRequest
            guard fullAt - now.nanoseconds <= Self.heldNanoseconds else { return false }
            buckets[token] = Bucket(fullAt: fullAt)
            return true
        }
        guard fits else {
            throw ServiceError(.tooManyRequests, "this key asks too often; wait a second, then ask less often")
        }
    }

    /// A request that was counted is going to be counted again.
    func giveBack(_ token: String) { buckets.withLock { $0[token]?.fullAt -= nanosecondsPerRequest } }
}
