import Store
import Synchronization
import Units

/// What a writer has done since it was opened.
public struct WriterCounts: Hashable, Sendable {
    public var recorded = 0
    public var duplicate = 0
    public var conflict = 0
    public var refused = 0
    /// Transactions of events, with the time from their begin until they were on disk.
    public var commits = 0
    public var commitNanoseconds: Int64 = 0
    public var longestCommitNanoseconds: Int64 = 0
    /// Events of each transaction.
    public var commitSizes = Histogram(bounds: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000])
    /// From a transaction's begin until it was on disk.
    public var commitMicroseconds = Histogram(bounds: WriterCounts.microseconds)
    /// Of that, the commit with its flush.
    public var flushMicroseconds = Histogram(bounds: WriterCounts.microseconds)

    private static let microseconds: [Int64] = [
        100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 10_000_000,
    ]

    public init() {}

    public var events: Int { recorded + duplicate + conflict + refused }
}

/// The writer's counts, and why it has stopped.
final class WriterFigures: Sendable {
    private let state = Mutex<(counts: WriterCounts, failure: StoreError?)>((WriterCounts(), nil))
    let failures: AsyncStream<StoreError>
    private let telling: AsyncStream<StoreError>.Continuation

    init() { (failures, telling) = AsyncStream.makeStream() }

    func finish() { telling.finish() }

    var counts: WriterCounts { state.withLock { $0.counts } }
    var failure: StoreError? { state.withLock { $0.failure } }

    /// What everybody is told after a failure; its detail is for the log.
    var refusal: ServiceError? {
        failure.map { _ in
            ServiceError(
                .ledgerFailed,
                "a write to the disk has failed, so the server records nothing more and ends; send it again when it "
                    + "has been started anew")
        }
    }

    func note(_ results: [RecordResult], nanoseconds: Int64, flushNanoseconds: Int64) {
        state.withLock { state in
            for result in results {
                switch result {
                case .recorded: state.counts.recorded += 1
                case .duplicate: state.counts.duplicate += 1
                case .conflict: state.counts.conflict += 1
                case .refused: state.counts.refused += 1
                }
            }
            state.counts.commits += 1
            state.counts.commitSizes.note(Int64(results.count))
            state.counts.commitMicroseconds.note(nanoseconds / 1_000)
            state.counts.flushMicroseconds.note(flushNanoseconds / 1_000)
            state.counts.commitNanoseconds += nanoseconds
            state.counts.longestCommitNanoseconds = max(state.counts.longestCommitNanoseconds, nanoseconds)
        }
    }

    func noteRefused(_ count: Int) { state.withLock { $0.counts.refused += count } }

    /// A failed flush or a damaged file is final: what the operating system still holds of it is unknown, and a second
    /// try would acknowledge what may be lost.
    func note(_ error: any Error) {
        guard let error = error as? StoreError, error.code == .inputOutput || error.code == .corrupt else { return }
        state.withLock { $0.failure = $0.failure ?? error }
        telling.yield(error)
    }
}
