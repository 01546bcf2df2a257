import Foundation
import Glibc
import Synchronization
import TestSupport

/// The built `kanjo` as a process of its own, with the machine's clock and ids. Its input is empty, or a pipe that the
/// test feeds; what it writes stands in files of its folder, or comes through a terminal.
final class KanjoProcess {
    /// The program stands beside the bundle of the tests, which the test runner loads.
    static let program: String = {
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &path, path.count)
        let folders = path[..<max(0, count)].split(separator: CChar(bitPattern: UInt8(ascii: "/"))).dropLast()
        return folders.map { "/" + String(decoding: $0.map(UInt8.init(bitPattern:)), as: UTF8.self) }.joined()
            + "/kanjo"
    }()

    /// New ends aren't marked as ours alone in the moment in which they are made: no process may start then.
    private static let starting = Mutex(())

    let identifier: pid_t
    /// Our end of the terminal that its messages go to: its text, then nothing more when it has ended.
    let terminal: Int32?
    private let prefix: String
    private let input: Int32?
    private var endStatus: Int32?

    /// - Parameters:
    ///   - name: of its files in the folder; one for each process of a test.
    ///   - hasPipe: its input is a pipe that `feed` writes to and `endInput` closes.
    ///   - hasTerminal: its messages go to a terminal, so that it shows how far it is.
    ///   - variables: of its environment, as `NAME=value`, beside the two that name the database and the person.
    init(
        _ arguments: [String], in folder: TestFolder, name: String, hasPipe: Bool = false, hasTerminal: Bool = false,
        variables more: [String] = []
    ) {
        // A process that ends early must not end the tests with it.
        signal(SIGPIPE, SIG_IGN)
        prefix = "\(folder.path)/\(name)"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let pipe = hasPipe ? Self.pair { Glibc.pipe($0) } : nil
        let terminal = hasTerminal ? Self.pair { openpty($0, $0 + 1, nil, nil, nil) } : nil
        if let pipe {
            posix_spawn_file_actions_adddup2(&actions, pipe[0], STDIN_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, prefix + ".out", flags, 0o644)
        if let terminal {
            posix_spawn_file_actions_adddup2(&actions, terminal[1], STDERR_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, prefix + ".err", flags, 0o644)
        }
        var started: pid_t = 0
        var words = Self.list([Self.program] + arguments)
        var variables = Self.list(["KANJO_DB=\(folder.path)/kanjo.db", "USER=tester"] + more)
        defer { for text in words + variables { free(text) } }
        let failure = Self.starting.withLock { _ in
            posix_spawn(&started, Self.program, &actions, nil, &words, &variables)
        }
        precondition(failure == 0, "\(Self.program) can't be started: \(String(cString: strerror(failure)))")
        identifier = started
        for end in [pipe?[0], terminal?[1]].compactMap(\.self) { close(end) }
        input = pipe?[1]
        self.terminal = terminal?[0]
    }

    /// Two connected ends, closed in every other process that the tests start, so that an end is seen as such.
    private static func pair(_ make: (UnsafeMutablePointer<Int32>) -> Int32) -> [Int32] {
        starting.withLock { _ in
            var ends: [Int32] = [-1, -1]
            precondition(make(&ends) == 0, "no pipe or terminal: \(String(cString: strerror(errno)))")
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return ends
        }
    }

    /// Texts as C wants them, `nil` last; each has to be freed.
    private static func list(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] { texts.map { strdup($0) } + [nil] }

    deinit {
        if endStatus == nil {
            kill()
            if let input { close(input) }
            _ = Self.wait(identifier)
        }
        if let terminal { close(terminal) }
    }

    /// Writes to its input; returns when all but what a pipe holds (64 KiB) has been read.
    func feed(_ text: String) async {
        guard let input else { return }
        await onOwnThread {
            Array(text.utf8).withUnsafeBytes { bytes in
                var written = 0
                while written < bytes.count {
                    let count = write(input, bytes.baseAddress! + written, bytes.count - written)
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { return }
                    written += count
                }
            }
        }
    }

    /// Ends it without warning.
    func kill() { if endStatus == nil { _ = Glibc.kill(identifier, SIGKILL) } }

    /// Ends its input, waits for it, and tells what it gave. A status of 128 + n: ended by signal n.
    func end() async -> CommandRun {
        if endStatus == nil {
            if let input { close(input) }
            let identifier = identifier
            endStatus = await onOwnThread { Self.wait(identifier) }
        }
        return CommandRun(
            status: endStatus ?? -1, output: Golden.read(prefix + ".out") ?? "",
            diagnostics: Golden.read(prefix + ".err") ?? "")
    }

    /// Waits for it on this thread, and gives its status as `end` does.
    func wait() -> Int32 {
        let status = endStatus ?? Self.wait(identifier)
        endStatus = status
        return status
    }

    private static func wait(_ identifier: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
    }
}

/// Runs what waits for another process on a thread of its own: the few that tests share must not wait.
func onOwnThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: body()) }
    }
}

extension TestFolder {
    /// Runs `kanjo` as a process of its own to its end.
    func process(_ arguments: String...) async -> CommandRun { await process(arguments) }

    func process(_ arguments: [String]) async -> CommandRun {
        await KanjoProcess(arguments, in: self, name: "process").end()
    }
}
