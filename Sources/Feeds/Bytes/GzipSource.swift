import CZlib

/// Inflates gzip, recognised by its first two bytes `1f 8b`, and passes anything else on unchanged.
///
/// A file may hold several members one after another, and zero bytes behind the last. What was inflated before a
/// fault is delivered first; the error names the byte of the compressed file.
public final class GzipSource: ByteSource {
    private enum Phase {
        case unknown, plain, inflating, betweenMembers, padding, ended
    }

    private let inner: any ByteSource
    private let input: UnsafeMutableBufferPointer<UInt8>
    private var inputStart = 0
    private var inputEnd = 0
    private var inputBytesBefore: Int64 = 0
    private var outputBytes: Int64 = 0
    private var phase = Phase.unknown
    /// On the heap: zlib keeps a pointer to it, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    public init(_ inner: any ByteSource, chunkBytes: Int = 1 << 20) {
        self.inner = inner
        input = .allocate(capacity: max(chunkBytes, 2))
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15: the largest window; + 16: gzip and nothing else.
        let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    public var bytesConsumed: Int64 { inner.bytesConsumed }
    public var totalBytes: Int64? { inner.totalBytes }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(FeedError) -> Int {
        while true {
            switch phase {
            case .unknown: try recognise()
            case .plain: return try readPlain(into: buffer)
            case .inflating:
                let count = try inflate(into: buffer)
                if count > 0 { return count }
            case .betweenMembers: try beginNextMember()
            case .padding: try skipPadding()
            case .ended: return 0
            }
        }
    }

    /// Place of the next byte in the compressed file.
    private var position: Int64 { inputBytesBefore + Int64(inputStart) }

    /// Appends to the input held, which must have room. False: the inner source has ended.
    private func fill() throws(FeedError) -> Bool {
        if inputStart == inputEnd {
            inputBytesBefore += Int64(inputEnd)
            (inputStart, inputEnd) = (0, 0)
        }
        let count = try inner.read(
            into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(input)[inputEnd...]))
        inputEnd += count
        return count > 0
    }

    private func recognise() throws(FeedError) {
        while inputEnd < 2, try fill() {}
        phase = inputEnd >= 2 && input[0] == 0x1F && input[1] == 0x8B ? .inflating : .plain
    }

    private func readPlain(into buffer: UnsafeMutableRawBufferPointer) throws(FeedError) -> Int {
        guard inputStart < inputEnd else { return try inner.read(into: buffer) }
        let count = min(buffer.count, inputEnd - inputStart)
        buffer.copyMemory(
            from: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(input)[inputStart..<inputStart + count]))
        inputStart += count
        return count
    }

    /// May write nothing: then the phase has changed or more input is held.
    private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws(FeedError) -> Int {
        if inputStart == inputEnd, try !fill() {
            phase = .ended
            throw FeedError(
                .corruptGzip,
                "the gzip data end too early, at byte \(position) of the file "
                    + "(\(outputBytes) bytes of text came before); the file was cut off")
        }
        let room = min(buffer.count, 1 << 30)
        stream.pointee.next_in = input.baseAddress! + inputStart
        stream.pointee.avail_in = UInt32(inputEnd - inputStart)
        stream.pointee.next_out = buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(room)
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        inputStart = inputEnd - Int(stream.pointee.avail_in)
        let written = room - Int(stream.pointee.avail_out)
        outputBytes += Int64(written)
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: phase = .betweenMembers
        default:
            // What was inflated before the fault is delivered now; zlib repeats the error at the next call.
            if written > 0 { return written }
            phase = .ended
            let detail = stream.pointee.msg.map { String(cString: $0) } ?? "zlib status \(status)"
            throw FeedError(
                .corruptGzip,
                "the gzip data are damaged at byte \(position) of the file "
                    + "(\(detail); \(outputBytes) bytes of text came before)"
            )
        }
        return written
    }

    private func beginNextMember() throws(FeedError) {
        if inputStart == inputEnd, try !fill() {
            phase = .ended
            return
        }
        inflateReset(stream)
        phase = input[inputStart] == 0 ? .padding : .inflating
    }

    private func skipPadding() throws(FeedError) {
        while true {
            while inputStart < inputEnd, input[inputStart] == 0 { inputStart += 1 }
            if inputStart < inputEnd {
                phase = .ended
                throw FeedError(
                    .corruptGzip, "text that is not gzip follows the gzip data at byte \(position) of the file")
            }
            if try !fill() {
                phase = .ended
                return
            }
        }
    }
}
