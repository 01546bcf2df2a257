import CZlib

/// Deflates to gzip as the bytes come: a stream of any length needs some hundred kilobytes. Used by one task at a time.
public final class GzipWriter {
    /// On the heap: zlib keeps a pointer to it, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private let output: UnsafeMutableBufferPointer<UInt8>

    public init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        output = .allocate(capacity: 1 << 16)
        // 15: the largest window; + 16: gzip; 8: the usual memory.
        let status = deflateInit2_(
            stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
        output.deallocate()
    }

    /// Takes bytes in; `write` is given what comes out, maybe nothing yet.
    public func add(_ bytes: [UInt8], _ write: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        try deflate(bytes, Z_NO_FLUSH, write)
    }

    /// Ends the stream: nothing may be added after it.
    public func finish(_ write: (UnsafeRawBufferPointer) throws -> Void) rethrows { try deflate([], Z_FINISH, write) }

    private func deflate(
        _ bytes: [UInt8], _ flush: Int32, _ write: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        var bytes = bytes
        try bytes.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            repeat {
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(output.count)
                let status = CZlib.deflate(stream, flush)
                precondition(status != Z_STREAM_ERROR, "zlib's stream is broken")
                let count = output.count - Int(stream.pointee.avail_out)
                if count > 0 { try write(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(output)[..<count])) }
            } while stream.pointee.avail_out == 0
        }
    }
}
