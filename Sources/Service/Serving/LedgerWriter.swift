import Store
import Synchronization
import UsageLedger
import Units

/// The one connection that writes, on a thread of its own. Events that arrive while others are written, and soon after,
/// share a transaction and its flush to disk (group commit); everything else is done one after the other, in the order
/// of arrival.
public final class LedgerWriter: Sendable {
    /// How much is taken in at once.
    public struct Limits: Sendable {
        /// Events of one shared transaction.
        public var groupItems = 1000
        /// How long the first event of a group waits for others at most, once a commit has taken five times as long:
        /// where a flush is dear it pays to wait for those who were answered just now and come again, where it is
        /// cheap they find their place in the next group while this one is written.
        public var groupNanoseconds: Int64 = 2_000_000
        /// Events that may wait; more are answered with `overloaded`.
        public var waitingItems = 50_000

        public init() {}
    }

    /// Is told what became of events, on the writer's thread: it must hand on at once.
    typealias Reply = @Sendable (Result<[RecordResult], any Error>) -> Void

    private enum Job: Sendable {
        case record(Recording)
        case perform(@Sendable (LedgerService) -> Void)
    }

    private struct Recording: Sendable {
        let events: [DecodedEvent]
        let reply: Reply
    }

    private let queue: BlockingQueue<Job>
    private let thread: LedgerThread
    private let figures: WriterFigures
    /// Encrypts the answers that are kept for repeats.
    let secrets: SecretCipher?
    /// Tells those who wait for room that something was taken from the queue.
    private let room = RoomSignal()
    /// Tells of messages that were written.
    let outbox = OutboxSignal()
    /// Tells of tasks that have changed.
    let tasks = OutboxSignal()
    /// Grows with everything that is written.
    public let version = LedgerVersion()

    /// Errors: those of opening for writing.
    public init(
        path: String, environment: ServiceEnvironment, limits: Limits = Limits(), cacheMebibytes: Int = 64,
        secrets: SecretCipher? = nil
    ) throws {
        self.secrets = secrets
        let queue = BlockingQueue<Job>(capacity: limits.waitingItems), figures = WriterFigures()
        let outbox = outbox, tasks = tasks, version = version, room = room
        self.queue = queue
        self.figures = figures
        thread = try LedgerThread(
            name: "writer",
            open: {
                LedgerService(
                    store: try LedgerStore(path: path, cacheMebibytes: cacheMebibytes), environment: environment,
                    secrets: secrets)
            },
            run: { service in
                var waitNanoseconds: Int64 = 0
                while let job = queue.take() {
                    switch job {
                    case .perform(let body): body(service)
                    case .record(let first):
                        let group = Self.group(with: first, queue, limits, waitNanoseconds)
                        Self.commit(group, service, figures, version)
                        waitNanoseconds = min(limits.groupNanoseconds, service.store.lastCommitNanoseconds / 5)
                    }
                    room.tell()
                    if service.store.takeNewMessages() { outbox.signal() }
                    if service.store.takeTaskChanges() { tasks.signal() }
                    if figures.failure != nil { queue.close() }
                }
            })
    }

    /// Events that wait now.
    public var waiting: Int { queue.waitingWeight }

    /// What was written until now.
    public var counts: WriterCounts { figures.counts }

    /// Why nothing can be written any more: a flush has failed, and nobody knows what is on disk. Final.
    public var failure: StoreError? { figures.failure }

    /// Gives that failure when it happens; ends when the writer is closed.
    public var failures: AsyncStream<StoreError> { figures.failures }

    /// Records events and answers when they are on disk. Results in the order of the events.
    /// Errors: `overloaded` at once when too many wait, else those of the store for all that shared the transaction.
    public func record(_ events: [DecodedEvent]) async throws -> [RecordResult] {
        guard !events.isEmpty else { return [] }
        return try await withCheckedThrowingContinuation { continuation in
            record(events) { continuation.resume(with: $0) }
        }
    }

    /// The same for whoever can wait: while too many wait, it waits too. Errors: `overloaded` when the writer is
    /// closed, else those of the store.
    func recordWhenThereIsRoom(_ events: [DecodedEvent]) async throws -> [RecordResult] {
        guard !events.isEmpty else { return [] }
        while true {
            let results: [RecordResult]? = try await withCheckedThrowingContinuation { continuation in
                let recording = Recording(events: events) { continuation.resume(with: $0.map(Optional.some)) }
                switch queue.add(.record(recording), weight: events.count) {
                case .taken: break
                case .full: continuation.resume(returning: nil)
                case .closed: continuation.resume(throwing: stopped)
                }
            }
            if let results { return results }
            await room.wait { queue.waitingWeight == 0 }
        }
    }

    /// Counts events that could not even be decoded.
    func noteRefused(_ count: Int) { figures.noteRefused(count) }

    /// The same as `record`, told to a closure. - Precondition: there are events.
    func record(_ events: [DecodedEvent], then reply: @escaping Reply) {
        let admission = queue.add(.record(Recording(events: events, reply: reply)), weight: events.count)
        if let error = refusal(admission) { reply(.failure(error)) }
    }

    /// Does something else that writes. Errors: `overloaded` at once when too many wait, else those of the body.
    public func perform<Value: Sendable>(
        _ body: @escaping @Sendable (LedgerService) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { reply in
            let figures = figures, version = version
            let job = Job.perform { service in
                let result = Result {
                    if let refusal = figures.refusal { throw refusal }
                    return try body(service)
                }
                if case .failure(let error) = result { figures.note(error) }
                version.grow()
                reply.resume(with: result)
            }
            if let error = refusal(queue.add(job)) { reply.resume(throwing: error) }
        }
    }

    /// Finishes what was taken in, does one last thing and ends the thread. Once.
    public func close(finally body: @escaping @Sendable (LedgerService) -> Void = { _ in }) {
        _ = queue.add(.perform(body))
        queue.close()
        thread.join()
        figures.finish()
    }

    private func refusal(_ admission: BlockingQueue<Job>.Admission) -> (any Error)? {
        switch admission {
        case .taken: nil
        case .full: ServiceError(.overloaded, "more events wait than can be written soon; send them again in a moment")
        case .closed: stopped
        }
    }

    private var stopped: ServiceError {
        figures.refusal ?? ServiceError(.overloaded, "the server is stopping; send it again in a moment")
    }

    /// The first recording and those that come soon after it: when nobody has come for a quarter of the time that a
    /// group may wait, those who wait are served.
    private static func group(
        with first: Recording, _ queue: BlockingQueue<Job>, _ limits: Limits, _ waitNanoseconds: Int64
    ) -> [Recording] {
        var group = [first], items = first.events.count
        let deadline = MonotonicTime.now.advanced(byNanoseconds: waitNanoseconds)
        while items < limits.groupItems {
            let idle = MonotonicTime.now.advanced(byNanoseconds: waitNanoseconds / 4)
            let next = queue.take(before: min(deadline, idle)) { job in
                guard case .record(let recording) = job, items + recording.events.count <= limits.groupItems else {
                    return false
                }
                items += recording.events.count
                return true
            }
            guard !next.isEmpty else { break }
            for case .record(let recording) in next { group.append(recording) }
        }
        return group
    }

    private static func commit(
        _ group: [Recording], _ service: LedgerService, _ figures: WriterFigures, _ version: LedgerVersion
    ) {
        let events = group.count == 1 ? group[0].events : group.flatMap(\.events)
        let begin = MonotonicTime.now
        do {
            if let refusal = figures.refusal { throw refusal }
            let results = try service.store.record(events, at: service.environment.now())
            figures.note(
                results, nanoseconds: MonotonicTime.now.nanoseconds - begin.nanoseconds,
                flushNanoseconds: service.store.lastCommitNanoseconds)
            version.grow()
            var start = 0
            for recording in group {
                recording.reply(.success(Array(results[start..<start + recording.events.count])))
                start += recording.events.count
            }
        } catch {
            figures.note(error)
            for recording in group { recording.reply(.failure(error)) }
        }
    }
}
