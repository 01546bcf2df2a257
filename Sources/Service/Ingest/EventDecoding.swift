import Feeds
import UsageLedger

/// What is recorded in one transaction.
struct DecodedBatch: Sendable {
    let items: [DecodedItem]
    let bytesRead: Int64
    let totalBytes: Int64?
    let skippedRows: Int
    /// The line that names the columns of a job list.
    let header: [UInt8]?
}

/// Reads and decodes one feed, a batch at a time. An actor, so that the next batch is decoded while the last one is
/// written.
actor EventDecoding {
    private let feed: DecodedFeed

    static let batchItems = 1000
    /// Bounds the memory of a batch of large events; twice this is held.
    static let batchBytes = 8 << 20

    /// Errors: `cannot_open`, `unknown_time_zone`.
    init(path: String, format: FeedFormat, options: FeedOptions, _ decoder: FeedDecoder) throws(FeedError) {
        feed = DecodedFeed(try FeedReader(path: path, format: format, options: options), decoder)
    }

    /// `nil` at the end.
    func nextBatch() -> DecodedBatch? {
        var items: [DecodedItem] = []
        items.reserveCapacity(Self.batchItems)
        let before = feed.itemBytes
        while items.count < Self.batchItems, feed.itemBytes - before < Self.batchBytes, let item = feed.next() {
            items.append(item)
        }
        guard !items.isEmpty else { return nil }
        return DecodedBatch(
            items: items, bytesRead: feed.reader.bytesConsumed, totalBytes: feed.reader.totalBytes,
            skippedRows: feed.reader.skippedRows, header: feed.reader.header)
    }
}
