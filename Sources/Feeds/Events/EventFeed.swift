import UsageLedger

/// CloudEvents as they are: one JSON object a line, a JSON array of them, or objects printed over several lines; also
/// several of these one after another, as `cat` leaves them. The first byte that is no space decides: `[` begins an
/// array.
final class EventFeed: Feed {
    private enum Shape {
        case undecided, lines, array, object
    }

    private let window: ByteWindow
    private let lines: LineReader
    private let limit: Int
    private var shape = Shape.undecided
    /// In an array: a value has been read and nothing behind it yet; or a comma has.
    private var followsValue = false
    private var followsComma = false
    private var hasTold = false

    let skippedRows = 0
    var header: [UInt8]? { nil }

    init(_ source: any ByteSource, limit: Int) {
        window = ByteWindow(source: source, recordLimit: limit)
        lines = LineReader(window, limit: limit)
        self.limit = limit
    }

    func read(into items: inout [FeedItem]) -> Bool {
        switch shape {
        case .lines: return readLine(into: &items)
        case .undecided: return decide(&items)
        case .array: return readArray(into: &items)
        case .object:
            readValue(into: &items)
            shape = .undecided
            return true
        }
    }

    private func readLine(into items: inout [FeedItem]) -> Bool {
        switch lines.next() {
        case .line:
            guard lines.bytes.contains(where: { !$0.isJSONSpace }) else { return true }
            let line = [UInt8](lines.bytes)
            items.append(FeedItem(line: lines.number, content: .success(line), original: cut(line)))
        case .tooLarge(let original):
            items.append(.tooLarge(line: lines.number, what: "the line", limit: limit, original: original))
        case .cutOff(let failure, let original):
            items.append(.cutOff(line: lines.number, failure, original: original))
        case .end: return false
        }
        return true
    }

    private func decide(_ items: inout [FeedItem]) -> Bool {
        switch window.skipSpace() {
        case nil:
            guard let failure = window.failure, !hasTold else { return false }
            hasTold = true
            items.append(.cutOff(line: window.lineNumber, failure, original: []))
        case UInt8(ascii: "["):
            window.start += 1
            (followsValue, followsComma) = (false, false)
            shape = .array
        case UInt8(ascii: "{"): shape = firstLineIsOpen() ? .object : .lines
        default: shape = .lines
        }
        return true
    }

    /// Does the object run over several lines? If the next line begins an object too, the first is only broken.
    private func firstLineIsOpen() -> Bool {
        var scanner = JSONScanner()
        var scanned = 0
        while true {
            let isClosed = scanner.scan(window.bytes, from: scanned) != nil
            if scanner.lineFeeds > 0 { break }
            if isClosed { return false }
            scanned = window.count
            guard scanned <= limit, window.fill() else { return false }
        }
        guard var next = window.lineFeed(from: 0) else { return false }
        while true {
            while next < window.count, window.bytes[next].isJSONSpace { next += 1 }
            if next < window.count { return window.bytes[next] != UInt8(ascii: "{") }
            guard next <= limit, window.fill() else { return false }
        }
    }

    private func readArray(into items: inout [FeedItem]) -> Bool {
        switch window.skipSpace() {
        case nil:
            items.append(
                endMissing("the array isn't closed at the end of the input; every whole event before was read"))
            shape = .undecided
            return true
        case UInt8(ascii: ","):
            if !followsValue { items.append(stray("a comma without an event before it")) }
            (followsValue, followsComma) = (false, true)
            window.start += 1
        case UInt8(ascii: "]"):
            if followsComma { items.append(stray("a comma without an event behind it")) }
            shape = .undecided
            window.start += 1
        default:
            if followsValue { items.append(stray("a comma is missing before the event")) }
            readValue(into: &items)
            (followsValue, followsComma) = (true, false)
        }
        return true
    }

    /// Reads one value that begins at the window's start. It is delivered if its end is there.
    private func readValue(into items: inout [FeedItem]) {
        let line = window.lineNumber
        var scanner = JSONScanner(endsAtNextObject: shape == .object)
        var scanned = 0
        while true {
            if let end = scanner.scan(window.bytes, from: scanned) {
                let value = [UInt8](window.bytes[..<end])
                take(end, scanner)
                items.append(
                    value.count > limit
                        ? .tooLarge(
                            line: line, what: "the event", limit: limit, original: cut([UInt8](value.prefix(limit))))
                        : FeedItem(line: line, content: .success(value), original: cut(value)))
                return
            }
            scanned = window.count
            if scanned > limit {
                let original = window.copyOfFront(limit)
                skipValue(scanner)
                return items.append(.tooLarge(line: line, what: "the event", limit: limit, original: original))
            }
            guard window.fill() else { break }
        }
        let original = window.copyOfFront(scanned)
        take(scanned, scanner)
        shape = .undecided
        guard window.failure == nil else { return items.append(endMissing("", line: line, original: original)) }
        let message = "line \(line): the event isn't closed at the end of the input; it was cut off"
        items.append(FeedItem(line: line, content: .failure(EventError(.invalidJSON, message)), original: original))
    }

    private func skipValue(_ partial: JSONScanner) {
        var scanner = partial
        var scanned = window.count
        while true {
            window.start += scanned
            guard window.fill() else { return take(0, scanner) }
            if let end = scanner.scan(window.bytes, from: 0) { return take(end, scanner) }
            scanned = window.count
        }
    }

    private func take(_ length: Int, _ scanner: JSONScanner) {
        window.start += length
        window.lineNumber += scanner.lineFeeds
    }

    private func stray(_ what: String) -> FeedItem {
        let message = "line \(window.lineNumber): \(what)"
        return FeedItem(line: window.lineNumber, content: .failure(EventError(.invalidJSON, message)), original: [])
    }

    /// The item for an input that stops before its end: by a fault of the source if there was one.
    private func endMissing(_ what: String, line: Int? = nil, original: [UInt8] = []) -> FeedItem {
        let line = line ?? window.lineNumber
        if let failure = window.failure, !hasTold {
            hasTold = true
            return .cutOff(line: line, failure, original: original)
        }
        let message = "line \(line): \(what)"
        return FeedItem(line: line, content: .failure(EventError(.invalidJSON, message)), original: original)
    }

    private func cut(_ bytes: [UInt8]) -> [UInt8] {
        bytes.count <= FeedItem.originalLimit ? bytes : [UInt8](bytes.prefix(FeedItem.originalLimit))
    }
}
