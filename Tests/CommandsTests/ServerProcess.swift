import Foundation
import Glibc
import TestSupport
import Testing

/// `kanjo serve` as a process, on a free port of the loopback.
final class ServerProcess {
    static let base = "/cloud/zone/is1a/api/managed-container/1.0"

    let process: KanjoProcess
    let port: UInt16

    /// Starts a server and waits for its port, which is written when connections are taken.
    init(
        _ folder: TestFolder, _ arguments: [String] = [], name: String = "server", variables: [String] = []
    ) async throws {
        let process = KanjoProcess(
            ["serve", "--port", "0", "--port-file", "\(folder.path)/\(name).port"] + arguments, in: folder, name: name,
            variables: variables)
        self.process = process
        let isThere = await onOwnThread { Self.await("\(name).port", in: folder) }
        guard isThere else {
            process.kill()
            let run = await process.end()
            throw NotListening(status: run.status, diagnostics: run.diagnostics)
        }
        port = try #require(UInt16(folder.read("\(name).port").prefix { $0 != "\n" }))
    }

    struct NotListening: Error {
        let status: Int32
        let diagnostics: String
    }

    private static func await(_ name: String, in folder: TestFolder) -> Bool {
        let changes = inotify_init1(Int32(IN_CLOEXEC))
        defer { close(changes) }
        inotify_add_watch(changes, folder.path, UInt32(IN_MOVED_TO | IN_CLOSE_WRITE))
        var bytes = [UInt8](repeating: 0, count: 4096)
        while !folder.files.contains(name) {
            var waiting = [pollfd(fd: changes, events: Int16(POLLIN), revents: 0)]
            guard poll(&waiting, 1, 60_000) > 0 else { return false }
            _ = read(changes, &bytes, bytes.count)
        }
        return true
    }

    func connect() throws -> SocketClient { try SocketClient(port: port) }

    /// One request on a connection of its own; the whole answer. Empty when nobody listens.
    func ask(_ path: String) async -> String {
        let port = port
        return await onOwnThread {
            guard let client = try? SocketClient(port: port) else { return "" }
            client.send("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return client.textToTheEnd()
        }
    }

    /// One request below the base path with a key; status and body.
    func ask(
        _ method: String, _ path: String, _ key: Key, body: String = "", type: String = "application/json"
    ) async -> (status: Int, body: String) {
        let request = Self.head(method, path, key, length: body.utf8.count, type: type, more: "Connection: close\r\n")
        let port = port
        let answer = await onOwnThread {
            guard let client = try? SocketClient(port: port) else { return "" }
            client.send(request + body)
            return client.textToTheEnd()
        }
        let parts = answer.split(separator: "\r\n\r\n", maxSplits: 1)
        return (Int(answer.split(separator: " ").dropFirst().first ?? "") ?? 0, parts.count > 1 ? String(parts[1]) : "")
    }

    /// A request's head below the base path, its empty line included. Without a length the body comes in chunks.
    static func head(
        _ method: String, _ path: String, _ key: Key, length: Int?, type: String = "application/json",
        more: String = ""
    ) -> String {
        "\(method) \(base)\(path) HTTP/1.1\r\nHost: x\r\nAuthorization: \(key.header)\r\nContent-Type: \(type)\r\n"
            + (length.map { "Content-Length: \($0)\r\n" } ?? "Transfer-Encoding: chunked\r\n") + more + "\r\n"
    }

    /// Tells it to end, and waits until it has: what runs is finished first.
    func terminate() async -> CommandRun {
        kill(process.identifier, SIGTERM)
        return await process.end()
    }

    /// An access token with its secret.
    struct Key {
        let token: String
        let secret: String

        var header: String { "Basic " + Data("\(token):\(secret)".utf8).base64EncodedString() }
    }
}

extension TestFolder {
    /// A folder with a ledger that has an account, a plan and a price.
    static func withSetUp() async -> TestFolder {
        let folder = TestFolder()
        let run = await folder.kanjo("apply", folder.write("setup.yaml", SampleMonth.setUp))
        #expect(run.status == 0, "\(run.diagnostics)")
        return folder
    }

    /// Makes a key of the account.
    func key(_ role: String) async throws -> ServerProcess.Key {
        let run = await process(
            "token", "create", "--account", "vc-0e4a51", "--user", "mina", "--role", role, "--output", "csv")
        let row = try #require(run.output.split(separator: "\r\n").dropFirst().first, "\(run.diagnostics)")
        let cells = row.split(separator: ",").map(String.init)
        return ServerProcess.Key(token: cells[0], secret: cells[1])
    }
}
