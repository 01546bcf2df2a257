#if canImport(Glibc)
    import Glibc
#endif

/// A file that appears whole or not at all: written under a temporary name in the same folder, flushed to disk, then
/// renamed.
public final class OutputFile {
    private let path: String
    private let temporaryPath: String
    private let descriptor: Int32
    private var pending: [UInt8] = []
    private var isOpen = true

    /// - Parameter isPrivate: only the owner may read it.
    /// Error: `cannot_write_file`.
    public init(path: String, isPrivate: Bool = false) throws {
        self.path = path
        temporaryPath = path + ".\(getpid()).tmp"
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, isPrivate ? 0o600 : 0o644)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
    }

    deinit {
        if isOpen {
            close(descriptor)
            unlink(temporaryPath)
        }
    }

    public func write(_ bytes: [UInt8]) throws {
        pending += bytes
        if pending.count >= 1 << 16 { try flush() }
    }

    /// Makes the file appear under its name; the second time it does nothing.
    public func finish() throws {
        guard isOpen else { return }
        try flush()
        guard fsync(descriptor) == 0, rename(temporaryPath, path) == 0 else { throw Self.failure(path, errno) }
        close(descriptor)
        isOpen = false
    }

    private func flush() throws {
        try pending.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw Self.failure(path, errno) }
                written += count
            }
        }
        pending.removeAll(keepingCapacity: true)
    }

    private static func failure(_ path: String, _ number: Int32) -> ServiceError {
        ServiceError(
            .cannotWriteFile,
            "\(path) can't be written: \(String(cString: strerror(number))); check the folder and its space")
    }
}
