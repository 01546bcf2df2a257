#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The part of the input that is in memory: a buffer of fixed size that slides over the source.
///
/// Readers look at the bytes from `start` to `end` and move `start` and `lineNumber` on as they take them.
final class ByteWindow {
    private let source: any ByteSource
    private let capacity: Int
    let base: UnsafeMutablePointer<UInt8>
    /// First byte not yet taken.
    var start = 0
    private(set) var end = 0
    /// Number of the line that `start` stands in, from 1.
    var lineNumber = 1
    /// Why the input ended before its end.
    private(set) var failure: FeedError?
    private var isAtEnd = false
    private var isBeforeFirstByte = true

    static let chunkBytes = 1 << 20

    /// Holds any record of `recordLimit` bytes, its line end, and a chunk more.
    init(source: any ByteSource, recordLimit: Int) {
        self.source = source
        capacity = recordLimit + Self.chunkBytes
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    var count: Int { end - start }
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base + start, count: end - start) }

    /// Reads more behind the bytes held; offsets from `start` stay valid, pointers don't. False: the input has ended
    /// or the window is full.
    func fill() -> Bool {
        guard !isAtEnd else { return false }
        if isBeforeFirstByte {
            isBeforeFirstByte = false
            while end < 3, readOnce() {}
            if end >= 3, base[0] == 0xEF, base[1] == 0xBB, base[2] == 0xBF { start = 3 }
            return count > 0 || fill()
        }
        if start > 0 {
            memmove(base, base + start, end - start)
            (start, end) = (0, end - start)
        }
        return readOnce()
    }

    private func readOnce() -> Bool {
        guard end < capacity, !isAtEnd else { return false }
        let room = UnsafeMutableRawBufferPointer(start: base + end, count: min(capacity - end, Self.chunkBytes))
        do throws(FeedError) {
            let count = try source.read(into: room)
            end += count
            isAtEnd = count == 0
        } catch {
            failure = error
            isAtEnd = true
        }
        return !isAtEnd
    }

    /// Takes spaces and line ends and shows the byte behind them; `nil` at the end of the input.
    func skipSpace() -> UInt8? {
        while true {
            while start < end {
                let byte = base[start]
                guard byte.isJSONSpace else { return byte }
                if byte == UInt8(ascii: "\n") { lineNumber += 1 }
                start += 1
            }
            guard fill() else { return nil }
        }
    }

    /// Offset from `start` of the first line feed at or behind `offset`, among the bytes held.
    func lineFeed(from offset: Int) -> Int? {
        guard offset < count, let found = memchr(base + start + offset, 0x0A, count - offset) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base + start)
    }

    /// The first bytes held, for the rejects file.
    func copyOfFront(_ length: Int) -> [UInt8] { [UInt8](bytes.prefix(min(length, FeedItem.originalLimit))) }
}

extension UInt8 {
    /// Space, tab, line feed or carriage return.
    @inline(__always) var isJSONSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
