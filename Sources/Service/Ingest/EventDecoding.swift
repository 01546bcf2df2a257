import Feeds
import UsageLedger

/// One item of a feed, decoded or refused.
struct DecodedItem: Sendable {
    let line: Int
    let original: [UInt8]
    let result: Result<DecodedEvent, EventError>
}

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
    private let reader: FeedReader
    private let decoder = EventDecoder()
    private let makeSalt: @Sendable () -> Salt

    static let batchItems = 1000
    /// Bounds the memory of a batch of large events; twice this is held.
    static let batchBytes = 8 << 20

    /// Errors: `cannot_open`, `unknown_time_zone`.
    init(path: String, format: FeedFormat, options: FeedOptions, makeSalt: @escaping @Sendable () -> Salt)
        throws(FeedError)
    {
        reader = try FeedReader(path: path, format: format, options: options)
        self.makeSalt = makeSalt
    }

    /// `nil` at the end.
    func nextBatch() -> DecodedBatch? {
        var items: [DecodedItem] = []
        items.reserveCapacity(Self.batchItems)
        var bytes = 0
        while items.count < Self.batchItems, bytes < Self.batchBytes, let item = reader.next() {
            bytes += item.original.count
            switch item.content {
            case .success(let event):
                bytes += event.count
                items.append(
                    DecodedItem(
                        line: item.line, original: item.original, result: decoder.decode(event, makeSalt: makeSalt)))
            case .failure(let error):
                items.append(DecodedItem(line: item.line, original: item.original, result: .failure(error)))
            }
        }
        guard !items.isEmpty else { return nil }
        return DecodedBatch(
            items: items, bytesRead: reader.bytesConsumed, totalBytes: reader.totalBytes,
            skippedRows: reader.skippedRows,
            header: reader.header)
    }
}
