import Feeds
import Foundation
import Store
import UsageLedger
import Units

/// Takes a feed file into a ledger as a service does: one thread reads and decodes, the other writes batches of 1,000,
/// each durable before the next.
enum Ingest {
    static let batchSize = 1000

    /// Events recorded.
    static func run(_ store: LedgerStore, feed: String, now: Instant) throws -> Int {
        let queue = BoundedQueue<[DecodedEvent]>(capacity: 4)
        let reader = Thread {
            defer { queue.close() }
            guard let items = try? FeedReader(path: feed, format: .events) else { return }
            let decoder = EventDecoder()
            while true {
                let batch = items.nextBatch(maximumCount: batchSize)
                if batch.isEmpty { return }
                queue.put(
                    batch.compactMap { item in
                        guard case .success(let bytes) = item.content else { return nil }
                        return try? decoder.decode(bytes, makeSalt: LedgerSetUp.salt).get()
                    })
            }
        }
        reader.start()
        var recorded = 0
        while let batch = queue.take() {
            for result in try store.record(batch, at: now) {
                if case .recorded = result { recorded += 1 }
            }
        }
        return recorded
    }

    /// Step `ingest feed=… database=… accounts=…`: tells events and seconds.
    static func step(_ arguments: Arguments) throws {
        let store = try LedgerStore(path: arguments.text("database"))
        let now = LedgerSetUp.now
        try LedgerSetUp.apply(store, accounts: arguments.integer("accounts"), now: now)
        let begin = seconds(), beginOfWork = seconds(CLOCK_THREAD_CPUTIME_ID)
        let events = try run(store, feed: arguments.text("feed"), now: now)
        tell("seconds", seconds() - begin)
        // The writing thread's own work: what is left of the time when nobody else uses the machine, but for waiting
        // for the disk.
        tell("work_seconds", seconds(CLOCK_THREAD_CPUTIME_ID) - beginOfWork)
        tell("events", events)
        tell("mebibytes", peakMebibytes())
    }
}
