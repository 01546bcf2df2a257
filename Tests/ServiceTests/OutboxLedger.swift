import Billing
import Foundation
import Logging
import Service
import Store
import Synchronization
import UsageLedger
import Units
import Webhooks

/// A ledger with an account, endpoints and a sender, on a clock that a test moves.
final class OutboxLedger: Sendable {
    static let account = try! AccountID("acme")
    static let other = try! AccountID("beta")
    static let user = try! UserID("mina")
    static let noon = try! Instant(rfc3339: "2026-01-01T12:00:00Z")

    let receiver: FakeReceiver
    private let folder: URL
    private let clock = Mutex(OutboxLedger.noon)
    private let opened: Mutex<ServedLedger>
    private let running = Mutex<(sender: WebhookSender, task: Task<Void, any Error>)?>(nil)

    var ledger: ServedLedger { opened.withLock { $0 } }
    var now: Instant { clock.withLock { $0 } }

    init(_ receiver: FakeReceiver) async throws {
        self.receiver = receiver
        folder = FileManager.default.temporaryDirectory.appending(path: "kanjo-outbox-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let live = ServiceEnvironment.live
        opened = Mutex(try ServedLedger(path: folder.appending(path: "ledger.db").path()))
        ledger.close()
        let environment = ServiceEnvironment(
            now: { [weak self] in self?.now ?? Self.noon }, makeID: live.makeID, makeSalt: live.makeSalt)
        try reopen(environment)
        _ = try await ledger.writer.perform { service in
            try service.store.record(
                [.account(Account(id: Self.account, name: "Acme")), .account(Account(id: Self.other, name: "Beta"))],
                by: service.actor(Author(who: "test")))
        }
    }

    private func reopen(_ environment: ServiceEnvironment) throws {
        let path = folder.appending(path: "ledger.db").path()
        let new = try ServedLedger(path: path, environment: environment, outgoing: Outgoing(transport: receiver))
        opened.withLock { $0 = new }
    }

    /// Ends sender and server, and starts the server anew.
    func restart() async throws {
        await stopSending()
        let environment = ledger.environment
        ledger.close()
        try reopen(environment)
    }

    func startSending(_ limits: WebhookSender.Limits = WebhookSender.Limits()) {
        let sender = WebhookSender(
            ledger: ledger, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, limits: limits)
        let task = Task { try await sender.run() }
        running.withLock { $0 = (sender, task) }
    }

    func stopSending() async {
        let old = running.withLock { running in
            defer { running = nil }
            return running
        }
        old?.task.cancel()
        _ = try? await old?.task.value
    }

    func close() async {
        await stopSending()
        ledger.close()
        try? FileManager.default.removeItem(at: folder)
    }

    func advance(seconds: Int64) {
        clock.withLock { $0 = $0.advanced(byNanoseconds: seconds * 1_000_000_000) }
        running.withLock { $0?.sender.wake() }
    }

    /// An endpoint at a host with a setting for invoices. Its id and its secret.
    func addEndpoint(
        _ host: String, isEnabled: Bool = true, account: AccountID = OutboxLedger.account
    ) async throws -> (id: Int64, secret: String) {
        let ledger = ledger, change = ResourceChange(account: account, user: Self.user, now: now)
        return try await ledger.writer.perform { service in
            let made = try service.addWebhookEndpoint(
                type: "webhook", address: "https://\(host)/", secrets: ledger.secrets, by: change)
            try service.store.add(
                NotificationSetting(
                    id: service.environment.makeID(), eventType: .invoiceIssued, isEnabled: isEnabled,
                    endpointIDs: [made.endpoint.id], times: ResourceTimes(change.now)),
                by: change)
            return (made.endpoint.id, made.secret)
        }
    }

    /// Something to tell, at a position.
    func tell(_ position: Int64, account: AccountID = OutboxLedger.account) async throws {
        let notice = Notice(
            .invoiceIssued, account: account, position: position, occurredAt: now,
            data: [.init("invoice", .string("202601-00000\(position)"))])
        try await ledger.writer.perform { try $0.store.enqueue(notice, at: $0.environment.now()) }
    }

    var waiting: [OutboxMessage] {
        get async throws { try await ledger.readers.read { try $0.store.waitingMessages(atMost: 100) } }
    }

    /// Waits until the first waiting messages have been tried so often.
    func awaitAttempts(_ attempts: [Int]) async throws {
        while try await waiting.map(\.attempts) != attempts { await Task.yield() }
    }
}
