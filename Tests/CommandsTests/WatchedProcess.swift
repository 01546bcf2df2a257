import Glibc
import TestSupport

/// A `kanjo` that is watched, and killed at a moment of the test's choice: each line that it shows on its terminal and
/// each change of its write-ahead log is an event that is waited for.
final class WatchedProcess {
    enum Moment: Sendable {
        /// It has shown this text.
        case text(String)
        /// The write-ahead log has reached this size.
        case walBytes(Int64)
        /// What is committed is being moved from the write-ahead log into the database file, which grows.
        case databaseGrows
    }

    struct Outcome: Sendable {
        /// 128 + n: ended by signal n.
        let status: Int32
        let largestWALBytes: Int64
    }

    /// What has been shown so far.
    private var shown = ""
    private var largestWALBytes: Int64 = 0
    private let databasePath: String
    private let databaseBytesBefore: Int64
    private let process: KanjoProcess

    /// Runs it until it ends, or until the moment at which it is killed, on a thread of its own: a kill can't wait for
    /// other tests.
    static func run(_ arguments: [String], in folder: TestFolder, killedAt moment: Moment? = nil) async -> Outcome {
        await onOwnThread {
            let watched = WatchedProcess(arguments, in: folder, killedAt: moment)
            return Outcome(status: watched.process.wait(), largestWALBytes: watched.largestWALBytes)
        }
    }

    private init(_ arguments: [String], in folder: TestFolder, killedAt moment: Moment?) {
        databasePath = folder.path + "/kanjo.db"
        databaseBytesBefore = Self.bytes(databasePath)
        let changes = inotify_init1(Int32(IN_CLOEXEC))
        defer { close(changes) }
        precondition(inotify_add_watch(changes, folder.path, UInt32(IN_MODIFY)) >= 0, "the folder can't be watched")
        process = KanjoProcess(arguments, in: folder, name: "watched", hasTerminal: true)
        while wait(changes) {
            if let moment, isReached(moment) {
                process.kill()
                break
            }
        }
    }

    private func isReached(_ moment: Moment) -> Bool {
        switch moment {
        case .text(let text): shown.contains(text)
        case .walBytes(let count): largestWALBytes >= count
        case .databaseGrows: Self.bytes(databasePath) > databaseBytesBefore
        }
    }

    /// Waits for the next event; false when the process has ended.
    private func wait(_ changes: Int32) -> Bool {
        guard let terminal = process.terminal else { return false }
        var waiting = [
            pollfd(fd: changes, events: Int16(POLLIN), revents: 0),
            pollfd(fd: terminal, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&waiting, 2, -1) < 0, errno == EINTR {}
        if waiting[0].revents != 0 {
            _ = Self.read(changes)
            largestWALBytes = max(largestWALBytes, Self.bytes(databasePath + "-wal"))
        }
        if waiting[1].revents != 0 {
            let bytes = Self.read(terminal)
            // The last process has closed it.
            guard !bytes.isEmpty else { return false }
            shown += String(decoding: bytes, as: UTF8.self)
        }
        return true
    }

    /// Size of a file; 0 when it isn't there.
    private static func bytes(_ path: String) -> Int64 {
        var information = stat()
        return stat(path, &information) == 0 ? Int64(information.st_size) : 0
    }

    private static func read(_ descriptor: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }
}
