import Store
import Testing
import Units
import Webhooks

@testable import Service

/// Messages are sent after their transaction, until they are taken or a day has gone by, in order, each endpoint for
/// itself.
@Suite struct WebhookSenderTests {
    private static func run(
        _ statuses: [String: [Int]], _ body: (OutboxLedger, FakeReceiver) async throws -> Void
    ) async throws {
        let receiver = FakeReceiver(statuses)
        let outbox = try await OutboxLedger(receiver)
        do {
            try await body(outbox, receiver)
        } catch {
            await outbox.close()
            throw error
        }
        await outbox.close()
    }

    @Test func aMessageIsSignedAndItsEndpointVerified() async throws {
        try await Self.run(["a.example.com": [204]]) { outbox, receiver in
            let (id, secret) = try await outbox.addEndpoint("a.example.com")
            outbox.startSending()
            try await outbox.tell(7)
            let received = await receiver.await(1)[0]
            #expect(received.id == "msg_7_\(id)_invoice_issued")
            #expect(received.text.contains(#""invoice":"202601-000007""#))
            #expect(received.text.contains(#""type":"invoice_issued""#))
            let timestamp = OutboxLedger.noon.nanoseconds / 1_000_000_000
            #expect(received.post.headers["webhook-timestamp"] == String(timestamp))
            #expect(
                received.post.headers["webhook-signature"]
                    == WebhookSignature.sign(
                        id: received.id, timestamp: timestamp, body: received.post.body, secret: secret))
            try await outbox.awaitAttempts([])
            let endpoint = try await outbox.ledger.readers.read {
                try $0.store.notificationEndpoint(id, of: OutboxLedger.account)
            }
            #expect(endpoint?.isVerified == true)
        }
    }

    @Test func whatWasCommittedBeforeTheServerDiedIsSentAfterItsStart() async throws {
        try await Self.run(["a.example.com": [200]]) { outbox, receiver in
            _ = try await outbox.addEndpoint("a.example.com")
            try await outbox.tell(1)
            await #expect(throws: StoreError.self) {
                try await outbox.ledger.writer.perform { service in
                    try service.store.transaction {
                        try service.store.enqueue(
                            Notice(
                                .invoiceIssued, account: OutboxLedger.account, position: 2,
                                occurredAt: OutboxLedger.noon, data: []), at: OutboxLedger.noon)
                        throw StoreError(.refused, "no")
                    }
                }
            }
            try await outbox.restart()
            #expect(receiver.received.isEmpty)
            outbox.startSending()
            try await outbox.awaitAttempts([])
            try await outbox.restart()
            outbox.startSending()
            try await outbox.tell(3)
            #expect(await receiver.await(2).map(\.text.count) == receiver.received.map(\.text.count))
            #expect(receiver.received.map { $0.id.prefix(5) } == ["msg_1", "msg_3"])
        }
    }

    @Test func aMessageOnItsWayWhenTheServerStopsIsSentAgainWithTheSameID() async throws {
        try await Self.run([:]) { outbox, receiver in
            _ = try await outbox.addEndpoint("a.example.com")
            outbox.startSending()
            try await outbox.tell(1)
            _ = await receiver.await(1)
            try await outbox.restart()
            #expect(try await outbox.waiting.map(\.attempts) == [0])
            receiver.answer("a.example.com", [200])
            outbox.startSending()
            try await outbox.awaitAttempts([])
            #expect(receiver.received.count == 2)
            #expect(Set(receiver.received.map(\.id)).count == 1)
        }
    }

    @Test func retriesBearTheSameIDAndLaterMessagesWait() async throws {
        try await Self.run(["a.example.com": [500, 302, 200]]) { outbox, receiver in
            _ = try await outbox.addEndpoint("a.example.com")
            outbox.startSending()
            for position: Int64 in 1...3 { try await outbox.tell(position) }
            try await outbox.awaitAttempts([1])
            #expect(receiver.received.count == 1)
            outbox.advance(seconds: 5)
            try await outbox.awaitAttempts([2])
            outbox.advance(seconds: 29)
            #expect(receiver.received.count == 2)
            outbox.advance(seconds: 1)
            try await outbox.awaitAttempts([])
            #expect(receiver.received.map { $0.id.prefix(5) } == ["msg_1", "msg_1", "msg_1", "msg_2", "msg_3"])
            #expect(Set(receiver.received.prefix(3).map(\.id)).count == 1)
            #expect(Set(receiver.received.prefix(3).map { $0.post.headers["webhook-timestamp"] }).count == 3)
        }
    }

    @Test func afterADayAMessageIsGivenUpAndTheNextIsSent() async throws {
        try await Self.run(["a.example.com": [500]]) { outbox, receiver in
            _ = try await outbox.addEndpoint("a.example.com")
            outbox.startSending()
            try await outbox.tell(1)
            try await outbox.awaitAttempts([1])
            outbox.advance(seconds: 3600)
            try await outbox.tell(2)
            try await outbox.awaitAttempts([2])
            outbox.advance(seconds: 23 * 3600)
            _ = await receiver.await(4)
            #expect(receiver.received.map { $0.id.prefix(5) } == ["msg_1", "msg_1", "msg_1", "msg_2"])
        }
    }

    @Test func anEndpointThatNeverAnswersHoldsUpNoOther() async throws {
        try await Self.run(["quick.example.com": [200]]) { outbox, receiver in
            _ = try await outbox.addEndpoint("silent.example.com")
            _ = try await outbox.addEndpoint("quick.example.com")
            outbox.startSending()
            for position: Int64 in 1...5 { try await outbox.tell(position) }
            while receiver.received.count(where: { $0.host == "quick.example.com" }) < 5 { await Task.yield() }
            #expect(receiver.received.count { $0.host == "silent.example.com" } == 1)
            #expect(
                receiver.received.filter { $0.host == "quick.example.com" }.map { $0.id.prefix(5) }
                    == ["msg_1", "msg_2", "msg_3", "msg_4", "msg_5"])
        }
    }

    /// One account names more addresses that never answer than there are places: it holds up itself.
    @Test func anAccountWithManySilentEndpointsHoldsUpNoOther() async throws {
        try await Self.run(["quick.example.com": [200]]) { outbox, receiver in
            for index in 0..<20 { _ = try await outbox.addEndpoint("silent-\(index).example.com") }
            _ = try await outbox.addEndpoint("quick.example.com", account: OutboxLedger.other)
            var limits = WebhookSender.Limits()
            (limits.deliveries, limits.deliveriesOfOneAccount) = (8, 4)
            try await outbox.tell(1)
            outbox.startSending(limits)
            _ = await receiver.await(4)
            for position: Int64 in 2...6 { try await outbox.tell(position, account: OutboxLedger.other) }
            while receiver.received.count(where: { $0.host == "quick.example.com" }) < 5 { await Task.yield() }
            #expect(receiver.received.count { $0.host.hasPrefix("silent") } == 4)
        }
    }

    @Test func theSameEventIsToldOnceAndOnlyWhoWantsItIsTold() async throws {
        try await Self.run(["a.example.com": [200], "b.example.com": [200]]) { outbox, receiver in
            _ = try await outbox.addEndpoint("a.example.com")
            _ = try await outbox.addEndpoint("b.example.com", isEnabled: false)
            for _ in 0..<2 { try await outbox.tell(1) }
            try await outbox.tell(2, account: AccountID("beta"))
            #expect(try await outbox.waiting.count == 1)
            outbox.startSending()
            try await outbox.awaitAttempts([])
            #expect(receiver.received.map(\.host) == ["a.example.com"])
            try await outbox.tell(1)
            #expect(try await outbox.waiting.isEmpty)
        }
    }

    @Test func aMessageIsTriedForADay() {
        var attempts = 1, now = OutboxLedger.noon
        while let next = RetrySchedule.next(attempts: attempts, createdAt: OutboxLedger.noon, now: now) {
            #expect(next > now)
            (attempts, now) = (attempts + 1, next)
        }
        #expect(now.nanoseconds - OutboxLedger.noon.nanoseconds == 24 * 3600 * 1_000_000_000)
        #expect(attempts == 15)
    }
}
