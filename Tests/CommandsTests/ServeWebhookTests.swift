import Glibc
import Store
import TestSupport
import Testing

/// Webhooks of a `kanjo serve` that ends, or is killed, before they have arrived: each arrives after the next start,
/// once, with the id that it had.
@Suite(.timeLimit(.minutes(3))) struct ServeWebhookTests {
    private static let arguments = [
        "--set", "webhooks.allow_private_targets=true", "--set", "webhooks.allow_plain_http=true",
    ]

    private let folder: TestFolder
    private let user: ServerProcess.Key
    private let scheduler: ServerProcess.Key

    init() async throws {
        folder = await TestFolder.withSetUp()
        user = try await folder.key("user")
        scheduler = try await folder.key("scheduler")
    }

    private func serve(_ name: String) async throws -> ServerProcess {
        try await ServerProcess(folder, Self.arguments, name: name)
    }

    /// Whoever listens is told of every task that ends.
    private func subscribe(_ listener: SocketListener, _ server: ServerProcess) async throws {
        let made = await server.ask(
            "POST", "/notification/endpoints/", user,
            body: #"{"endpoint_type":"webhook","address":"http://127.0.0.1:\#(listener.port)/hook"}"#)
        try #require(made.status == 201, "\(made)")
        let id = try #require(made.body.split(separator: #""id":"#).last?.prefix { $0.isNumber })
        let setting = await server.ask(
            "POST", "/notification/settings/", user,
            body: #"{"event_type":"task_completed","is_enabled":true,"endpoint_ids":[\#(id)]}"#)
        try #require(setting.status == 201, "\(setting)")
    }

    /// A task that has run and ended; what is told of it is committed when this returns.
    private func completeTask(_ name: String, _ server: ServerProcess) async {
        let identity = #""account":"vc-0e4a51","user":"mina","plan":"v100""#
        let number = name.utf8.reduce(0) { $0 * 131 + Int($1) }
        let events = [
            FeedText.event(3 * number, "task.submitted", name, "2026-01-01T00:00:00Z", data: identity),
            FeedText.event(3 * number + 1, "task.started", name, "2026-01-01T00:01:00Z", data: identity),
            FeedText.event(
                3 * number + 2, "task.stopped", name, "2026-01-01T00:02:00Z", data: #""outcome":"done""#),
        ]
        let answer = await server.ask(
            "POST", "/events/", scheduler, body: "[" + events.joined(separator: ",") + "]")
        #expect(answer.status == 200, "\(answer)")
    }

    /// Ids of the messages that wait, by the ledger's own word.
    private func waiting() throws -> [String] {
        try LedgerStore(path: folder.path + "/kanjo.db", mode: .readOnly).waitingMessages(atMost: 10).map(\.id)
    }

    /// Takes the next message in; its id.
    private func receive(_ listener: SocketListener, answer: String? = "HTTP/1.1 204 No Content\r\n\r\n") async -> (
        id: String, connection: SocketClient?
    ) {
        await onOwnThread {
            guard let connection = listener.accept() else { return ("", nil) }
            let text = connection.text(until: #""type":"task_completed""#)
            if let answer { connection.send(answer) }
            let line = text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("webhook-id:") } ?? ""
            return (line.dropFirst("webhook-id:".count).filter { $0 != " " }, connection)
        }
    }

    @Test func aServerKilledBetweenCommitAndSendingSendsAfterItsStart() async throws {
        let listener = SocketListener(backlog: 0)
        let first = try await serve("first")
        try await subscribe(listener, first)
        // The one place of the queue is taken: the system lets nobody else in, and the message stays where it is.
        let inTheWay = try SocketClient(port: listener.port)
        await completeTask("a", first)
        first.process.kill()
        #expect(await first.process.end().status == 128 + SIGKILL)
        let committed = try waiting()
        #expect(committed.count == 1)
        #expect(listener.accept() != nil)
        withExtendedLifetime(inTheWay) {}
        let second = try await serve("second")
        #expect(await receive(listener).id == committed.first)
        await completeTask("b", second)
        let next = await receive(listener).id
        #expect(!committed.contains(next) && next.hasSuffix("_task_completed"), "\(next)")
        #expect(await second.terminate().status == 0)
        #expect(await folder.process("verify").status == 0)
    }

    @Test func aServerThatEndsWhileItSendsSendsAgainAfterItsStart() async throws {
        let listener = SocketListener()
        let first = try await serve("first")
        try await subscribe(listener, first)
        await completeTask("a", first)
        let unanswered = await receive(listener, answer: nil)
        let run = await first.terminate()
        #expect(run.status == 0, "\(run.diagnostics)")
        withExtendedLifetime(unanswered.connection) {}
        #expect(try waiting() == [unanswered.id])
        let second = try await serve("second")
        #expect(await receive(listener).id == unanswered.id)
        #expect(await second.terminate().status == 0)
    }
}
