#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Bytes of one input, in order. Memory is the caller's.
public protocol ByteSource: AnyObject {
    /// Fills the front of `buffer` and says how many bytes it wrote; 0 is the end. May write less than there is room
    /// for. Errors: `cannot_read`, `corrupt_gzip`; the bytes before the fault have been delivered.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FeedError) -> Int
    /// Bytes taken from the file or pipe so far, before inflating: the progress bar's numerator.
    var bytesConsumed: Int64 { get }
    /// Size of the file; `nil` for a pipe.
    var totalBytes: Int64? { get }
}

/// A file or standard input, read by file descriptor.
public final class FileSource: ByteSource {
    private let descriptor: Int32
    private let name: String
    private let closesWhenDone: Bool
    public private(set) var bytesConsumed: Int64 = 0
    public let totalBytes: Int64?

    /// Opens a file; `-` is standard input. Error: `cannot_open`.
    public init(path: String) throws(FeedError) {
        if path == "-" {
            (descriptor, name, closesWhenDone) = (STDIN_FILENO, "standard input", false)
        } else {
            let opened = open(path, O_RDONLY | O_CLOEXEC)
            guard opened >= 0 else {
                throw FeedError(.cannotOpen, "\(path): \(reason(errno)); nothing was read from it")
            }
            (descriptor, name, closesWhenDone) = (opened, path, true)
        }
        var status = stat()
        let known = fstat(descriptor, &status) == 0
        totalBytes = known && status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
    }

    deinit {
        if closesWhenDone { close(descriptor) }
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(FeedError) -> Int {
        while true {
            // `read` is a method here too; the system's is meant.
            let count = readDescriptor(descriptor, buffer)
            if count >= 0 {
                bytesConsumed += Int64(count)
                return count
            }
            if errno == EINTR { continue }
            throw FeedError(.cannotRead, "\(name): \(reason(errno)) at byte \(bytesConsumed)")
        }
    }
}

private func readDescriptor(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, buffer.baseAddress, buffer.count)
}

private func reason(_ number: Int32) -> String { String(cString: strerror(number)) }
