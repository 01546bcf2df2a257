import Store

/// A fixed number of read-only connections, each on a thread of its own. A reading waits for a free one without holding
/// a thread of the cooperative pool.
public final class LedgerReaders: Sendable {
    private typealias Job = @Sendable (LedgerService) -> Void

    private let queue: BlockingQueue<Job>
    private let threads: [LedgerThread]
    private let name: String

    /// Errors: those of opening.
    /// - Parameters:
    ///   - count: readings at once.
    ///   - capacity: readings that may wait.
    public init(
        name: String, path: String, count: Int, capacity: Int, cacheMebibytes: Int, environment: ServiceEnvironment
    ) throws {
        let queue = BlockingQueue<Job>(capacity: capacity)
        self.queue = queue
        self.name = name
        threads = try (0..<count).map { index in
            try LedgerThread(
                name: "\(name)-\(index)",
                open: {
                    LedgerService(
                        store: try LedgerStore(path: path, mode: .readOnly, cacheMebibytes: cacheMebibytes),
                        environment: environment)
                },
                run: { service in
                    while let job = queue.take() { job(service) }
                })
        }
    }

    /// Readings that wait now.
    public var waiting: Int { queue.waitingWeight }

    /// Reads on one of the connections. Errors: `overloaded` at once when too many wait, else those of the body.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (LedgerService) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let admission = queue.add { service in continuation.resume(with: Result { try body(service) }) }
            guard admission != .taken else { return }
            continuation.resume(
                throwing: ServiceError(.overloaded, "too many \(name) wait for an answer; ask again soon"))
        }
    }

    /// Answers what waits and ends the threads.
    public func close() {
        queue.close()
        for thread in threads { thread.join() }
    }
}
