import UsageLedger

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Splits the input into rows and a row into fields. Empty lines are skipped.
///
/// With quoting, by RFC 4180: a field that begins with `"` may hold separators, line ends and doubled quotes. A quote
/// that is never closed, or has text behind its end, spoils only the line that it stands in.
final class RowReader {
    enum Step {
        /// The fields hold a row, until the next call.
        case row
        /// Something that is no row: tell it and go on.
        case fault(FeedItem)
        case end
    }

    private let lines: LineReader
    private let separator: UInt8
    private let hasQuoting: Bool
    /// Where the fields lie, and where each ends; the next begins one byte behind.
    private var text: UnsafePointer<UInt8>
    private var fieldEnds: [Int] = []
    /// Room for a row's text with its quotes taken away, made when the first such row comes.
    private var unquoted: UnsafeMutablePointer<UInt8>?

    init(_ source: any ByteSource, separator: UInt8, hasQuoting: Bool, limit: Int) {
        lines = LineReader(ByteWindow(source: source, recordLimit: limit), limit: limit)
        self.separator = separator
        self.hasQuoting = hasQuoting
        text = UnsafePointer(lines.bytes.baseAddress!)
    }

    deinit { unquoted?.deallocate() }

    /// Number of the row's first line.
    var line: Int { lines.number }
    var fieldCount: Int { fieldEnds.count }
    /// The row as it came, cut.
    var original: [UInt8] { [UInt8](lines.bytes.prefix(FeedItem.originalLimit)) }

    /// One field's bytes, valid until the next row.
    func field(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        let first = index == 0 ? 0 : fieldEnds[index - 1] + 1
        return UnsafeBufferPointer(start: text + first, count: fieldEnds[index] - first)
    }

    /// A field as text; bytes that are no UTF-8 are replaced.
    func fieldText(_ index: Int) -> String { String(decoding: field(index), as: UTF8.self) }

    func next() -> Step {
        while true {
            switch lines.next() {
            case .line:
                if lines.bytes.isEmpty { continue }
                let bytes = lines.bytes
                if hasQuoting, memchr(bytes.baseAddress!, Int32(UInt8(ascii: "\"")), bytes.count) != nil {
                    return splitQuoted()
                }
                split(bytes)
                return .row
            case .tooLarge(let original):
                return .fault(.tooLarge(line: line, what: "the row", limit: lines.limit, original: original))
            case .cutOff(let failure, let original):
                return .fault(.cutOff(line: line, failure, original: original))
            case .end: return .end
            }
        }
    }

    private func split(_ bytes: UnsafeBufferPointer<UInt8>) {
        text = bytes.baseAddress!
        fieldEnds.removeAll(keepingCapacity: true)
        for index in bytes.indices where bytes[index] == separator { fieldEnds.append(index) }
        fieldEnds.append(bytes.count)
    }

    private func splitQuoted() -> Step {
        let firstLine = lines.mark
        let room = unquoted ?? .allocate(capacity: lines.limit)
        unquoted = room
        text = UnsafePointer(room)
        fieldEnds.removeAll(keepingCapacity: true)
        var splitter = QuotedRowSplitter(separator: separator, text: room)
        var scanned = 0
        while true {
            // A carriage return before a line end inside quotes is among the bytes of the next round.
            let fault = splitter.split(UnsafeBufferPointer(rebasing: lines.bytes[scanned...]), &fieldEnds)
            if let fault { return spoiled(fault, firstLine) }
            guard splitter.isInQuotes else { break }
            scanned = lines.bytes.count
            guard lines.extend() else { return spoiled("a quote is opened and never closed", firstLine) }
        }
        fieldEnds.append(splitter.count)
        return .row
    }

    private func spoiled(_ what: String, _ firstLine: LineReader.Mark) -> Step {
        lines.goBack(to: firstLine)
        let error = EventError(.invalidRow, "line \(line): \(what); the line is not used")
        return .fault(FeedItem(line: line, content: .failure(error), original: original))
    }
}

/// The states of RFC 4180, kept from one line of a row to the next.
private struct QuotedRowSplitter {
    private enum State {
        case fieldStart, plain, quoted, quoteInQuotes
    }

    private let separator: UInt8
    private let text: UnsafeMutablePointer<UInt8>
    /// Bytes of text written.
    private(set) var count = 0
    private var state = State.fieldStart

    init(separator: UInt8, text: UnsafeMutablePointer<UInt8>) {
        self.separator = separator
        self.text = text
    }

    var isInQuotes: Bool { state == .quoted }

    /// Appends text and field ends. The result says what is wrong with the row.
    mutating func split(_ bytes: UnsafeBufferPointer<UInt8>, _ fieldEnds: inout [Int]) -> String? {
        let quote = UInt8(ascii: "\"")
        for byte in bytes {
            switch state {
            case .quoted where byte == quote: state = .quoteInQuotes
            case .quoted: append(byte)
            case .quoteInQuotes where byte == quote:
                append(byte)
                state = .quoted
            case .fieldStart where byte == quote: state = .quoted
            case _ where byte == separator:
                fieldEnds.append(count)
                // Stands for the separator, so that fields are cut as in a row without quotes.
                append(byte)
                state = .fieldStart
            case .quoteInQuotes: return "text follows a closing quote"
            case .plain where byte == quote: return "a quote stands inside a field that doesn't begin with one"
            case .fieldStart, .plain:
                append(byte)
                state = .plain
            }
        }
        return nil
    }

    private mutating func append(_ byte: UInt8) {
        text[count] = byte
        count += 1
    }
}
