import Feeds
import UsageLedger

/// One item of a feed, decoded or refused.
struct DecodedItem: Sendable {
    let line: Int
    let original: [UInt8]
    let result: Result<DecodedEvent, EventError>

    /// About what it takes in memory.
    var bytes: Int {
        guard case .success(let event) = result else { return original.count }
        return original.count + event.body.count
    }
}

/// A feed read and decoded, one item after the other. Used by one thread at a time.
final class DecodedFeed {
    let reader: FeedReader
    private let decoder: FeedDecoder
    /// Bytes of the items given so far, before decoding.
    private(set) var itemBytes = 0

    init(_ reader: FeedReader, _ decoder: FeedDecoder) {
        self.reader = reader
        self.decoder = decoder
    }

    /// The next item; `nil` at the end.
    func next() -> DecodedItem? {
        guard let item = reader.next() else { return nil }
        itemBytes += item.original.count
        switch item.content {
        case .success(let event):
            itemBytes += event.count
            return DecodedItem(line: item.line, original: item.original, result: decoder.decode(event))
        case .failure(let error):
            return DecodedItem(line: item.line, original: item.original, result: .failure(error))
        }
    }
}
