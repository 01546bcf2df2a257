import Foundation
import Logging
import ServiceLifecycle
import Store
import Synchronization
import UsageLedger
import Units
import Webhooks

/// Sends what waits in the outbox until it is told to stop. What isn't known to be delivered then is sent after the
/// next start, with the same id. Each endpoint is a lane of its own: its messages go one after the other in the order
/// of the log, and one that never answers holds up no other.
public final class WebhookSender: ServiceLifecycle.Service {
    /// How much goes on at once.
    public struct Limits: Sendable {
        public var deliveries = 1024
        /// Of these, at most so many of one account: whoever names many addresses that don't answer holds up himself.
        public var deliveriesOfOneAccount = 64
        /// Half of either is for messages that go out for the first time: addresses that don't answer never take all.
        var repeats: Int { deliveries / 2 }
        var repeatsOfOneAccount: Int { deliveriesOfOneAccount / 2 }

        public init() {}
    }

    private struct State {
        struct Sending {
            let account: Int64
            let isRepeat: Bool
        }

        /// Endpoints with a message on its way.
        var busy: [Int64: Sending] = [:]
        /// Endpoints whose message has ended since the outbox was read: what was read of them is old.
        var ended: Set<Int64> = []
        var timerAt: Instant?

        func hasRoom(_ message: OutboxMessage, _ limits: Limits) -> Bool {
            guard busy[message.endpoint] == nil, !ended.contains(message.endpoint), busy.count < limits.deliveries
            else { return false }
            let ofAccount = busy.values.filter { $0.account == message.account }
            guard ofAccount.count < limits.deliveriesOfOneAccount else { return false }
            return message.attempts == 0
                || busy.values.count { $0.isRepeat } < limits.repeats
                    && ofAccount.count { $0.isRepeat } < limits.repeatsOfOneAccount
        }
    }

    private let ledger: ServedLedger
    private let limits: Limits
    private let logger: Logger
    private let state = Mutex(State())
    private let wakes: AsyncStream<Void>
    private let waker: AsyncStream<Void>.Continuation

    public init(ledger: ServedLedger, logger: Logger, limits: Limits = Limits()) {
        self.ledger = ledger
        self.logger = logger
        self.limits = limits
        (wakes, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Looks again at what waits: there may be more of it, or it may be later than thought.
    public func wake() { waker.yield() }

    public func run() async throws {
        ledger.writer.outbox.listen { [waker] in waker.yield() }
        defer { ledger.writer.outbox.listen(nil) }
        wake()
        await cancelWhenGracefulShutdown { await self.send() }
    }

    private func send() async {
        await withDiscardingTaskGroup { group in
            for await _ in wakes {
                guard !Task.isCancelled else { break }
                let now = ledger.environment.now()
                var next: Instant?
                for message in await waiting() {
                    if message.nextAttemptAt > now {
                        next = next.map { min($0, message.nextAttemptAt) } ?? message.nextAttemptAt
                    } else if begin(message) {
                        group.addTask { await self.deliver(message) }
                    }
                }
                if let next { wake(at: next, now: now) }
            }
            group.cancelAll()
        }
    }

    private func waiting() async -> [OutboxMessage] {
        state.withLock { $0.ended = [] }
        do {
            return try await ledger.readers.read { [limits] in
                try $0.store.waitingMessages(
                    atMost: limits.deliveries * 4, ofOneAccount: limits.deliveriesOfOneAccount * 4)
            }
        } catch {
            // Readers that are busy now will answer in a moment.
            let now = ledger.environment.now()
            wake(at: now.advanced(byNanoseconds: 1_000_000_000), now: now)
            return []
        }
    }

    private func begin(_ message: OutboxMessage) -> Bool {
        state.withLock { state in
            guard state.hasRoom(message, limits) else { return false }
            state.busy[message.endpoint] = .init(account: message.account, isRepeat: message.attempts > 0)
            return true
        }
    }

    private func deliver(_ message: OutboxMessage) async {
        let outcome = await attempt(message)
        if !Task.isCancelled, let outcome { await note(outcome, of: message) }
        state.withLock { state in
            state.busy[message.endpoint] = nil
            state.ended.insert(message.endpoint)
        }
        wake()
    }

    /// `nil` when nothing was learned.
    private func attempt(_ message: OutboxMessage) async -> DeliveryOutcome? {
        let result: String
        do throws(WebhookError) {
            let target = try WebhookTarget(message.address, ledger.outgoing.rules)
            guard let post = try? post(message) else {
                return failed(message, "its secret can't be opened; restore the secret key file")
            }
            let reply = try await ledger.outgoing.transport.post(post, to: target)
            if reply.isTaken { return .delivered(status: reply.status) }
            result = String(reply.status)
        } catch {
            result = "\(error.code.rawValue): \(error.message)"
        }
        return failed(message, result)
    }

    private func failed(_ message: OutboxMessage, _ result: String) -> DeliveryOutcome {
        let next = RetrySchedule.next(
            attempts: message.attempts + 1, createdAt: message.createdAt, now: ledger.environment.now())
        return .failed(result, next: next)
    }

    private func post(_ message: OutboxMessage) throws -> WebhookPost {
        let secret = try ledger.secrets.open(
            message.sealedSecret, for: NotificationEndpoint.place(of: message.endpoint))
        return WebhookPost.signed(
            id: message.id, at: ledger.environment.now(), body: message.body, secret: secret)
    }

    /// A note that fails leaves the message waiting: it is sent again, with the same id.
    private func note(_ outcome: DeliveryOutcome, of message: OutboxMessage) async {
        do {
            try await ledger.writer.perform { service in
                try service.store.note(outcome, of: message, at: service.environment.now())
            }
        } catch {
            logger.warning(
                "a delivery could not be noted and will be made again",
                metadata: ["message": "\(message.id)", "error": "\(ErrorTable.show(error).message)"])
            return
        }
        if case .failed(let result, let next) = outcome {
            logger.info(
                next == nil ? "a message was given up" : "a message was not taken",
                metadata: ["message": "\(message.id)", "result": "\(result)"])
        }
    }

    /// Wakes at an instant, unless that happens sooner anyway.
    private func wake(at instant: Instant, now: Instant) {
        let isNew = state.withLock { state in
            if let timerAt = state.timerAt, timerAt > now, timerAt <= instant { return false }
            state.timerAt = instant
            return true
        }
        guard isNew else { return }
        let nanoseconds = max(0, instant.nanoseconds - now.nanoseconds)
        DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Int(nanoseconds))) { [waker] in
            waker.yield()
        }
    }
}

extension WebhookPost {
    /// With the headers of Standard Webhooks. Without a secret nothing is signed.
    static func signed(id: String, at now: Instant, body: [UInt8], secret: String?) -> WebhookPost {
        let timestamp = now.nanoseconds / 1_000_000_000
        var headers = ["webhook-id": id, "webhook-timestamp": String(timestamp)]
        headers["webhook-signature"] = secret.flatMap {
            WebhookSignature.sign(id: id, timestamp: timestamp, body: body, secret: $0)
        }
        return WebhookPost(headers: headers, body: body)
    }
}
