import Foundation
import Store
import Units

#if canImport(Glibc)
    import Glibc
#endif

/// The folder with what tasks have left behind and written. Names are made of task ids, which the server has given.
public struct TaskFiles: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case artifact
        case output

        /// What a file of this kind is saved as.
        public var filename: String {
            switch self {
            case .artifact: "artifact.tar.gz"
            case .output: "output.log"
            }
        }
    }

    public let folder: URL

    public init(folder: String) { self.folder = URL(fileURLWithPath: folder) }

    public func path(_ kind: Kind, of task: TaskID) -> String { url(kind, of: task).path(percentEncoded: false) }

    public func remove(_ kind: Kind, of task: TaskID) throws {
        guard unlink(path(kind, of: task)) != 0, errno != ENOENT else { return }
        throw ServiceError(
            .cannotWriteFile, "\(path(kind, of: task)) can't be removed: \(String(cString: strerror(errno)))")
    }

    /// A file that is written beside its place, and comes there whole or not at all.
    func begin(_ kind: Kind, of task: TaskID) throws -> PartialFile {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return try PartialFile(place: path(kind, of: task))
    }

    private func url(_ kind: Kind, of task: TaskID) -> URL {
        // Ids of our own tasks are UUIDs; whatever else, it stays one part of the path.
        let name = String(task.text.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "_" })
        return folder.appending(path: "\(name).\(kind == .artifact ? "tar.gz" : "log")")
    }
}

/// A file while it is written; gone unless it was moved to its place.
final class PartialFile: @unchecked Sendable {
    private let path: String
    private let place: String
    private var descriptor: Int32
    private(set) var bytes: Int64 = 0

    init(place: String) throws {
        self.place = place
        path = place + ".part"
        descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("made") }
    }

    func write(_ buffer: UnsafeRawBufferPointer) throws {
        var start = 0
        while start < buffer.count {
            let count = Glibc.write(descriptor, buffer.baseAddress! + start, buffer.count - start)
            guard count > 0 else { throw failure("written") }
            start += count
        }
        bytes += Int64(buffer.count)
    }

    func append(_ bytes: [UInt8]) throws {
        let buffer: (UnsafeRawBufferPointer) throws -> Void = write
        try bytes.withUnsafeBytes(buffer)
    }

    /// Flushes it and moves it to its place.
    func keep() throws {
        guard fsync(descriptor) == 0, rename(path, place) == 0 else { throw failure("written") }
        Glibc.close(descriptor)
        descriptor = -1
    }

    /// Once. What wasn't moved goes away.
    func close() {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
        unlink(path)
    }

    private func failure(_ what: String) -> ServiceError {
        ServiceError(.cannotWriteFile, "\(path) can't be \(what): \(String(cString: strerror(errno)))")
    }
}
