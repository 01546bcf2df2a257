/// Bytes that are in memory already.
public final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private var start = 0

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public var bytesConsumed: Int64 { Int64(start) }
    public var totalBytes: Int64? { Int64(bytes.count) }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(FeedError) -> Int {
        let count = min(buffer.count, bytes.count - start)
        buffer.copyBytes(from: bytes[start..<start + count])
        start += count
        return count
    }
}

/// Ends another source with a fault once it has given more than a number of bytes: a small gzip may inflate to
/// anything.
public final class BoundedSource: ByteSource {
    private let inner: any ByteSource
    private let limitBytes: Int
    private var givenBytes = 0

    public init(_ inner: any ByteSource, limitBytes: Int) {
        self.inner = inner
        self.limitBytes = limitBytes
    }

    /// Whether it had more.
    public var isExceeded: Bool { givenBytes > limitBytes }
    public var bytesConsumed: Int64 { inner.bytesConsumed }
    public var totalBytes: Int64? { inner.totalBytes }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(FeedError) -> Int {
        guard !isExceeded else { throw FeedError(.cannotRead, "the input is longer than \(limitBytes) bytes") }
        let count = try inner.read(into: buffer)
        givenBytes += count
        return isExceeded ? max(0, count - (givenBytes - limitBytes)) : count
    }
}
