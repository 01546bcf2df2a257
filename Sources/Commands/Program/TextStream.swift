import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Where a command writes: standard output, standard error, or a test's collection.
public final class TextStream: Sendable {
    private let writeBytes: @Sendable ([UInt8]) -> Bool
    private let failed = Mutex(false)
    /// A person is looking, and colour or a moving bar can be shown.
    public let isTerminal: Bool

    /// - Parameter write: gives false when the bytes couldn't be written.
    public init(isTerminal: Bool = false, write: @escaping @Sendable ([UInt8]) -> Bool) {
        self.isTerminal = isTerminal
        writeBytes = write
    }

    /// A file descriptor of the process. Nothing is held back, so that output and messages stay in order.
    public convenience init(descriptor: Int32) {
        self.init(isTerminal: isatty(descriptor) == 1) { bytes in
            bytes.withUnsafeBytes { buffer in
                var written = 0
                while written < buffer.count {
                    let count = Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
                    if count < 0 && errno == EINTR { continue }
                    guard count > 0 else { return false }
                    written += count
                }
                return true
            }
        }
    }

    public func write(_ text: String) {
        guard !text.isEmpty, !writeBytes(Array(text.utf8)) else { return }
        failed.withLock { $0 = true }
    }

    public func write(bytes: [UInt8]) {
        if !writeBytes(bytes) { failed.withLock { $0 = true } }
    }

    public func line(_ text: String) { write(text + "\n") }

    /// Something that was written didn't arrive: a full disk behind `>`.
    var hasFailed: Bool { failed.withLock { $0 } }
}
