import Glibc
import TestSupport
import Testing

/// SIGTERM while there is work: what was begun gets its answer, nothing is recorded by halves, and the status is 0.
@Suite(.timeLimit(.minutes(3))) struct ServeEndTests {
    private static func event(_ id: Int) -> String {
        FeedText.event(id, "task.alive", "t\(id)", "2026-01-01T00:00:00Z")
    }

    private static func chunk(_ ids: ClosedRange<Int>) -> String {
        let lines = ids.map { event($0) + "\n" }.joined()
        return String(lines.utf8.count, radix: 16) + "\r\n" + lines + "\r\n"
    }

    /// A server that is asked by one connection, and has another that is silent: the silent one is closed when the
    /// server begins to end.
    private static func ending(
        _ arguments: [String] = [], of request: (ServerProcess.Key) -> String, begun: String? = nil,
        then rest: String
    ) async throws -> (answer: String, run: CommandRun, folder: TestFolder) {
        let folder = await TestFolder.withSetUp()
        let key = try await folder.key("scheduler")
        let server = try await ServerProcess(folder, arguments)
        let silent = try server.connect(), client = try server.connect()
        silent.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = await onOwnThread { silent.text(until: "ok") }
        client.send(request(key))
        if let begun { _ = await onOwnThread { client.text(until: begun) } }
        kill(server.process.identifier, SIGTERM)
        _ = await onOwnThread { silent.textToTheEnd() }
        #expect(await server.ask("/healthz").isEmpty)
        client.send(rest)
        let answer = await onOwnThread { client.textToTheEnd() }
        return (answer, await server.process.end(), folder)
    }

    /// How many events of 1 … n the log holds; sending them again adds the others.
    private static func recorded(_ count: Int, in folder: TestFolder) async -> String {
        #expect(await folder.process("verify").status == 0)
        let feed = folder.write("feed.ndjson", (1...count).map { event($0) + "\n" }.joined())
        return await folder.process("ingest", feed).output
    }

    @Test func aRequestThatHasBegunGetsItsAnswer() async throws {
        let body = "[" + (1...50).map(Self.event).joined(separator: ",") + "]"
        let (answer, run, folder) = try await Self.ending(
            of: { ServerProcess.head("POST", "/events/", $0, length: body.utf8.count) + body.prefix(200) },
            then: String(body.dropFirst(200)))
        #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
        #expect(answer.ranges(of: #""status":"recorded""#).count == 50)
        #expect(run.status == 0, "\(run.diagnostics)")
        #expect(await Self.recorded(50, in: folder) == "0 recorded, 50 duplicate, 0 conflict, 0 refused\n")
    }

    @Test func aStreamIsReadToItsEnd() async throws {
        let (answer, run, folder) = try await Self.ending(
            of: {
                ServerProcess.head("POST", "/events/", $0, length: nil, type: "application/x-ndjson")
                    + Self.chunk(1...30)
            }, begun: #""position":30"#, then: Self.chunk(31...60) + "0\r\n\r\n")
        #expect(answer.ranges(of: #""status":"recorded""#).count == 60, "\(answer)")
        #expect(answer.hasSuffix("0\r\n\r\n"))
        #expect(run.status == 0, "\(run.diagnostics)")
        #expect(await Self.recorded(60, in: folder) == "0 recorded, 60 duplicate, 0 conflict, 0 refused\n")
    }

    /// A sender who never ends is cut off; what it was told is on disk.
    @Test func aStreamWithoutEndIsCutOff() async throws {
        let (answer, run, folder) = try await Self.ending(
            ["--set", "limits.stop_milliseconds=500"],
            of: {
                ServerProcess.head("POST", "/events/", $0, length: nil, type: "application/x-ndjson")
                    + Self.chunk(1...30)
            }, begun: #""position":30"#, then: "")
        #expect(answer.ranges(of: #""status":"recorded""#).count == 30, "\(answer)")
        #expect(run.status == 0, "\(run.diagnostics)")
        #expect(await Self.recorded(30, in: folder) == "0 recorded, 30 duplicate, 0 conflict, 0 refused\n")
    }
}
