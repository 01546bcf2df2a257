import TestSupport
import Testing

/// A disk that loses its flushes while `kanjo serve` runs: what isn't certainly on disk is never acknowledged.
@Suite(.timeLimit(.minutes(3))) struct FailedFlushTests {
    /// Stands before the C library's flushes: they fail as those of a dying disk do while the named file is there.
    private static let failingFlush = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        static int flush(long number, int file) {
            if (access(getenv("FAILING_FLUSH"), F_OK) == 0) { errno = EIO; return -1; }
            return (int)syscall(number, file);
        }
        int fsync(int file) { return flush(SYS_fsync, file); }
        int fdatasync(int file) { return flush(SYS_fdatasync, file); }
        """

    private static func event(_ id: Int) -> String {
        FeedText.event(id, "task.alive", "t\(id)", "2026-01-01T00:00:00Z")
    }

    @Test func nothingIsAcknowledgedAfterAFlushThatFailed() async throws {
        let folder = await TestFolder.withSetUp()
        let key = try await folder.key("scheduler")
        let source = folder.write("flush.c", Self.failingFlush), library = folder.path + "/flush.so"
        let compiler = try await OutsideProgram.run(["cc", "-shared", "-fPIC", "-o", library, source], in: folder)
        try #require(compiler.status == 0)
        let server = try await ServerProcess(
            folder, variables: ["LD_PRELOAD=\(library)", "FAILING_FLUSH=\(folder.path)/broken"])
        #expect(await server.ask("POST", "/events/", key, body: Self.event(1)).status == 200)
        // A request that has begun when the disk dies, and ends after it.
        let late = try server.connect(), lateBody = Self.event(3)
        late.send(
            ServerProcess.head("POST", "/events/", key, length: lateBody.utf8.count, more: "Connection: close\r\n")
                + lateBody.prefix(20))
        folder.write("broken", "")
        let first = await server.ask("POST", "/events/", key, body: Self.event(2))
        #expect(first.status == 500, "\(first)")
        late.send(String(lateBody.dropFirst(20)))
        let answer = await onOwnThread { late.textToTheEnd() }
        #expect(answer.hasPrefix("HTTP/1.1 503 "), "\(answer)")
        #expect(answer.contains(#""error_code":"ledger_failed""#) && answer.lowercased().contains("retry-after: 1"))
        let run = await server.process.end()
        #expect(run.status == 74, "\(run.diagnostics)")
        #expect(run.diagnostics.contains("nothing is acknowledged any more"))
        // The disk is well again: what was acknowledged is there, and the rest is recorded when it is sent again.
        #expect(await folder.process("verify").status == 0)
        let feed = folder.write("feed.ndjson", (1...3).map { Self.event($0) + "\n" }.joined())
        let again = await folder.process("ingest", feed)
        #expect(again.status == 0 && again.output.contains("0 conflict, 0 refused"), "\(again)")
        #expect(await folder.process("ingest", feed).output == "0 recorded, 3 duplicate, 0 conflict, 0 refused\n")
        #expect(await folder.process("verify").status == 0)
    }
}
