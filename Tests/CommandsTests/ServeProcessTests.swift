import Testing

/// `kanjo serve` as a process: it says where it listens, answers, and ends as it is told to.
@Suite(.timeLimit(.minutes(2))) struct ServeProcessTests {
    @Test func aServerAnswersAndEndsWithStatus0() async throws {
        let folder = TestFolder()
        let server = try await ServerProcess(folder)
        #expect(await server.ask("/readyz?secret=word").hasPrefix("HTTP/1.1 200 "))
        #expect(await server.ask("/nothing/secret-word").hasPrefix("HTTP/1.1 404 "))
        let metrics = await server.ask("/metrics")
        #expect(metrics.contains(#"kanjo_http_requests_total{route="/readyz/",method="GET",status="200"} 1"#))
        #expect(metrics.contains("kanjo_log_events 0\n"))
        let checkpoint = try #require(
            metrics.split(separator: "\n").first { $0.hasPrefix("kanjo_last_checkpoint_timestamp_seconds ") })
        #expect(Int(checkpoint.split(separator: " ")[1])! > 1_700_000_000)
        // A second server, or another command that writes, is told to wait.
        let second = await KanjoProcess(["serve", "--port", "0"], in: folder, name: "second").end()
        #expect(second.status == 75)
        let run = await server.terminate()
        #expect(run.status == 0)
        #expect(run.output.isEmpty)
        let lines = run.diagnostics.split(separator: "\n")
        #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") }, "\(run.diagnostics)")
        #expect(lines.contains { $0.contains("listening on http://127.0.0.1:\(server.port)") })
        #expect(lines.contains { $0.contains(#""route":"/readyz/""#) && $0.contains(#""status":200"#) })
        #expect(!run.diagnostics.contains("word"))
        #expect(await folder.process("verify").status == 0)
    }

    /// When a key was last used is told by the server at once, and by the ledger after it has ended.
    @Test func theLastUseOfAKeyOutlivesTheServer() async throws {
        let folder = await TestFolder.withSetUp()
        let used = try await folder.key("user"), unused = try await folder.key("user")
        let server = try await ServerProcess(folder)
        #expect(await server.ask("GET", "/usage/", used).status == 200)
        let wrong = ServerProcess.Key(token: unused.token, secret: "wrong")
        #expect(await server.ask("GET", "/usage/", wrong).status == 401)
        #expect(await server.terminate().status == 0)
        let list = await folder.process("token", "list", "--output", "csv").output.split(separator: "\r\n")
        func lastUse(_ key: ServerProcess.Key) throws -> Substring {
            let row = try #require(list.first { $0.contains(key.token) })
            return row.split(separator: ",", omittingEmptySubsequences: false)[5]
        }
        #expect(try lastUse(used).hasSuffix("+09:00"), "\(list)")
        #expect(try lastUse(unused).isEmpty, "\(list)")
    }
}
