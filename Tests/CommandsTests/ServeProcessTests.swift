import Glibc
import TestSupport
import Testing

/// `kanjo serve` as a process: it says where it listens, answers, and ends as it is told to.
@Suite(.timeLimit(.minutes(2))) struct ServeProcessTests {
    /// Starts a server and waits for its port, which is written when connections are taken.
    private static func serve(_ folder: TestFolder, _ arguments: String...) throws -> (KanjoProcess, UInt16) {
        let changes = inotify_init1(Int32(IN_CLOEXEC))
        defer { close(changes) }
        inotify_add_watch(changes, folder.path, UInt32(IN_MOVED_TO | IN_CLOSE_WRITE))
        let process = KanjoProcess(
            ["serve", "--port", "0", "--port-file", folder.path + "/port"] + arguments, in: folder, name: "server")
        var bytes = [UInt8](repeating: 0, count: 4096)
        while !folder.files.contains("port") {
            var waiting = [pollfd(fd: changes, events: Int16(POLLIN), revents: 0)]
            try #require(poll(&waiting, 1, 60_000) > 0, "the server doesn't say where it listens")
            _ = read(changes, &bytes, bytes.count)
        }
        return (process, try #require(UInt16(folder.read("port").trimming)))
    }

    /// One request on a connection of its own; the whole answer.
    private static func ask(_ port: UInt16, _ path: String) -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return "" }
        let request = Array("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8)
        _ = send(descriptor, request, request.count, Int32(MSG_NOSIGNAL))
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = recv(descriptor, &chunk, chunk.count, 0), count > 0 { answer += chunk[..<count] }
        return String(decoding: answer, as: UTF8.self)
    }

    @Test func aServerAnswersAndEndsWithStatus0() async throws {
        let folder = TestFolder()
        let (process, port) = try Self.serve(folder)
        #expect(Self.ask(port, "/readyz?secret=word").hasPrefix("HTTP/1.1 200 "))
        #expect(Self.ask(port, "/nothing/secret-word").hasPrefix("HTTP/1.1 404 "))
        let metrics = Self.ask(port, "/metrics")
        #expect(metrics.contains(#"kanjo_http_requests_total{route="/readyz/",method="GET",status="200"} 1"#))
        #expect(metrics.contains("kanjo_log_events 0\n"))
        // A second server, or another command that writes, is told to wait.
        let second = await KanjoProcess(["serve", "--port", "0"], in: folder, name: "second").end()
        #expect(second.status == 75)
        kill(process.identifier, SIGTERM)
        let run = await process.end()
        #expect(run.status == 0)
        #expect(run.output.isEmpty)
        let lines = run.diagnostics.split(separator: "\n")
        #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") }, "\(run.diagnostics)")
        #expect(lines.contains { $0.contains("listening on http://127.0.0.1:\(port)") })
        #expect(lines.contains { $0.contains(#""route":"/readyz/""#) && $0.contains(#""status":200"#) })
        #expect(!run.diagnostics.contains("word"))
        #expect(await folder.process("verify").status == 0)
    }
}

extension String {
    fileprivate var trimming: String { String(prefix { $0 != "\n" }) }
}
