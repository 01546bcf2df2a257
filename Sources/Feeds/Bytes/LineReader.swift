/// Splits the input into lines that end in LF or CRLF; the last needs no end. Memory is bounded by the limit: a
/// longer line is skipped to its end.
final class LineReader {
    enum Step {
        /// `bytes` holds the line, without its end, until the next call.
        case line
        /// A line over the limit was skipped. Its first bytes are given, as many at most as the limit.
        case tooLarge(original: [UInt8])
        /// The source failed. What had come of the last line is given; it is not to be used, its end is missing.
        case cutOff(FeedError, original: [UInt8])
        case end
    }

    /// Where the current line ends, to come back to.
    struct Mark {
        fileprivate let length: Int
        fileprivate let taken: Int
        fileprivate let lineFeeds: Int
    }

    private let window: ByteWindow
    let limit: Int
    /// Number of the current line, from 1.
    private(set) var number = 0
    /// Bytes of the current line without and with its end, and the line feeds among them.
    private var length = 0
    private var taken = 0
    private var lineFeeds = 0
    private var hasToldFailure = false

    init(_ window: ByteWindow, limit: Int) {
        self.window = window
        self.limit = limit
    }

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: window.base + window.start, count: length) }

    func next() -> Step {
        window.start += taken
        window.lineNumber += lineFeeds
        (length, taken, lineFeeds) = (0, 0, 0)
        number = window.lineNumber
        var scanned = 0
        while true {
            if let lineFeed = window.lineFeed(from: scanned) {
                take(lineFeed, hasLineFeed: true)
                return length > limit ? .tooLarge(original: window.copyOfFront(limit)) : .line
            }
            scanned = window.count
            if scanned > limit + 1 { return skipLongLine() }
            guard !window.fill() else { continue }
            if let failure = window.failure { return cutOff(failure) }
            guard scanned > 0 else { return .end }
            take(scanned, hasLineFeed: false)
            return length > limit ? .tooLarge(original: window.copyOfFront(limit)) : .line
        }
    }

    var mark: Mark { Mark(length: length, taken: taken, lineFeeds: lineFeeds) }

    func goBack(to mark: Mark) { (length, taken, lineFeeds) = (mark.length, mark.taken, mark.lineFeeds) }

    /// Joins the next line to the current one, line end between them included. False, and nothing changed, when there
    /// is none or the two are over the limit.
    func extend() -> Bool {
        // Without a line end of its own the current line is the input's last.
        guard lineFeeds > 0 else { return false }
        var scanned = taken
        while true {
            if let lineFeed = window.lineFeed(from: scanned) {
                guard lineFeed <= limit else { return false }
                take(lineFeed, hasLineFeed: true)
                return true
            }
            scanned = window.count
            guard scanned <= limit else { return false }
            guard !window.fill() else { continue }
            guard window.failure == nil, scanned > taken else { return false }
            take(scanned, hasLineFeed: false)
            return true
        }
    }

    private func take(_ contentLength: Int, hasLineFeed: Bool) {
        let endsInReturn = hasLineFeed && contentLength > 0 && window.base[window.start + contentLength - 1] == 0x0D
        length = contentLength - (endsInReturn ? 1 : 0)
        taken = contentLength + (hasLineFeed ? 1 : 0)
        if hasLineFeed { lineFeeds += 1 }
    }

    private func skipLongLine() -> Step {
        let original = window.copyOfFront(limit)
        while true {
            if let lineFeed = window.lineFeed(from: 0) {
                take(lineFeed, hasLineFeed: true)
                break
            }
            window.start += window.count
            guard window.fill() else { break }
        }
        return .tooLarge(original: original)
    }

    private func cutOff(_ failure: FeedError) -> Step {
        guard !hasToldFailure else { return .end }
        hasToldFailure = true
        let original = window.copyOfFront(window.count)
        window.start += window.count
        return .cutOff(failure, original: original)
    }
}
