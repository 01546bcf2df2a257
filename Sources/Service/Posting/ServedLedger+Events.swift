import Feeds
import Store
import UsageLedger

/// How many events one body may hold that isn't a stream.
public struct EventBatchLimits: Sendable {
    public var items = 10_000
    /// Of the body, as it came and inflated.
    public var bytes = 16 << 20

    public init() {}
}

extension ServedLedger {
    /// Records the events of a body: one CloudEvent, an array of them, or one a line; gzip is recognised. One outcome
    /// for each item, in order; what can't be used never hides the rest. All that is told as recorded is on disk.
    ///
    /// Errors, in order: `too_large` and `invalid_json` (it is no JSON), both before anything is recorded;
    /// `overloaded` and those of the store, after which some may be recorded: sent again, they are duplicates.
    public func record(eventsIn body: [UInt8], limits: EventBatchLimits) async throws -> [EventOutcome] {
        let items = try await decode(body, limits: limits)
        if !items.isEmpty, let first = items.first?.result.invalidJSON,
            items.allSatisfy({ $0.result.invalidJSON != nil }),
            (try? JSONValue(parsingRequest: body))?.array == nil
        {
            throw first
        }
        var outcomes: [EventOutcome] = []
        outcomes.reserveCapacity(items.count)
        for start in stride(from: 0, to: items.count, by: EventDecoding.batchItems) {
            outcomes += try await record(items[start..<min(items.count, start + EventDecoding.batchItems)]) {
                try await writer.record($0)
            }
        }
        return outcomes
    }

    var decoder: FeedDecoder { FeedDecoder(secrets: secrets, makeSalt: environment.makeSalt) }

    private func decode(_ body: [UInt8], limits: EventBatchLimits) async throws -> [DecodedItem] {
        let bounded = BoundedSource(GzipSource(MemorySource(body), chunkBytes: 1 << 16), limitBytes: limits.bytes)
        let feed = DecodedFeed(try FeedReader(source: bounded, format: .events), decoder)
        var items: [DecodedItem] = []
        while let item = feed.next() {
            items.append(item)
            guard items.count <= limits.items, !bounded.isExceeded else { break }
            // Others want the processor too.
            if items.count % EventDecoding.batchItems == 0 { await Task.yield() }
        }
        guard items.count <= limits.items, !bounded.isExceeded else {
            throw ServiceError(
                .tooLarge,
                "a body may hold \(limits.items) events and \(limits.bytes) bytes, and this one has more; send it in "
                    + "parts, or as a stream with Content-Type application/x-ndjson")
        }
        return items
    }

    /// Records what was decoded and tells of each item.
    func record(
        _ items: some Sequence<DecodedItem>, by write: ([DecodedEvent]) async throws -> [RecordResult]
    ) async throws -> [EventOutcome] {
        let items = Array(items), events = items.compactMap { try? $0.result.get() }
        var results = try await write(events).makeIterator()
        writer.noteRefused(items.count - events.count)
        return items.map { item in
            switch item.result {
            case .failure(let error): return EventOutcome(error)
            case .success(let event):
                guard let result = results.next() else { preconditionFailure("every event has a result") }
                return EventOutcome(result, of: event)
            }
        }
    }
}

extension Result<DecodedEvent, EventError> {
    /// The error of an item that is no JSON at all.
    fileprivate var invalidJSON: EventError? {
        guard case .failure(let error) = self, error.code == .invalidJSON else { return nil }
        return error
    }
}
