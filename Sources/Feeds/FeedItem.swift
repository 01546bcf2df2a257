import UsageLedger

/// One event of a feed, or the reason why a line gives none. A row of a job list gives up to three items with one
/// line number.
public struct FeedItem: Sendable {
    /// Number of the input's line that holds its first byte, from 1.
    public let line: Int
    /// One event as CloudEvents JSON. It has not been decoded yet.
    public let content: Result<[UInt8], EventError>
    /// The line, array element or row as it came, cut to 64 KiB: for the file of rejects.
    public let original: [UInt8]

    public static let originalLimit = 64 * 1024

    public init(line: Int, content: Result<[UInt8], EventError>, original: [UInt8]) {
        self.line = line
        self.content = content
        self.original = original
    }

    static func tooLarge(line: Int, what: String, limit: Int, original: [UInt8]) -> FeedItem {
        let message = "line \(line): \(what) is longer than \(limit) bytes; it was skipped to its end"
        return FeedItem(line: line, content: .failure(EventError(.tooLarge, message)), original: original)
    }

    static func cutOff(line: Int, _ failure: FeedError, original: [UInt8]) -> FeedItem {
        let tail = original.isEmpty ? "" : "; the unfinished line is not used"
        let message = "line \(line): the input could not be read further: \(failure.message)\(tail)"
        return FeedItem(line: line, content: .failure(EventError(.unreadableInput, message)), original: original)
    }
}

/// A format's reader: turns the next piece of input into items.
protocol Feed: AnyObject {
    /// Reads at least a little further and appends what came of it, often one item, at most four. False: the input
    /// has ended.
    func read(into items: inout [FeedItem]) -> Bool
    /// Rows that give no event by design (job steps).
    var skippedRows: Int { get }
    /// The line that names the columns, as it came; `nil` while none was read, and for formats without one.
    var header: [UInt8]? { get }
}
