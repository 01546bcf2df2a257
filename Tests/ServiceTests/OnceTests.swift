import Billing
import Service
import Store
import Synchronization
import TestSupport
import Testing
import Units

/// The same request twice has one effect and one answer, whatever happens between.
@Suite struct OnceTests {
    private static let acme = Account(id: try! AccountID("acme"), name: "Acme")

    private static func request(_ key: String = "k", route: String = "POST /x/", fingerprint: UInt8 = 1)
        -> RepeatableRequest
    {
        RepeatableRequest(
            account: acme.id, user: try! UserID("mina"), route: route, key: key,
            fingerprint: [UInt8](repeating: fingerprint, count: 32))
    }

    /// A change that can be counted: one event for each time it is made.
    private static func change(_ service: LedgerService) throws -> (answer: StoredAnswer, value: Int64) {
        try service.store.record(
            [.account(Account(id: acme.id, name: service.environment.makeID()))],
            by: service.actor(Author(who: "test")))
        let size = try service.store.head().size
        return (StoredAnswer(status: 201, body: Array("answer \(size)".utf8)), size)
    }

    private static func service(at now: @escaping @Sendable () -> Instant) throws -> LedgerService {
        let live = ServiceEnvironment.live
        let environment = ServiceEnvironment(now: now, makeID: live.makeID, makeSalt: live.makeSalt)
        return try LedgerService(path: ":memory:", mode: .readWrite, environment: environment)
    }

    private static let noon = try! Instant(rfc3339: "2026-01-01T12:00:00Z")

    @Test func aRepeatDoesNothingAndGetsTheSameAnswer() throws {
        let service = try Self.service { Self.noon }
        let first = try service.once(Self.request(), Self.change)
        let again = try service.once(Self.request(), Self.change)
        #expect(first.answer == again.answer)
        #expect((first.value, again.value) == (1, nil))
        #expect(try service.store.head().size == 1)
        _ = try service.once(Self.request("other"), Self.change)
        _ = try service.once(Self.request(route: "POST /y/"), Self.change)
        _ = try service.once(nil, Self.change)
        #expect(try service.store.head().size == 4)
    }

    @Test func aKeyStandsForOneRequest() throws {
        let service = try Self.service { Self.noon }
        _ = try service.once(Self.request(), Self.change)
        let error = #expect(throws: ServiceError.self) {
            try service.once(Self.request(fingerprint: 2), Self.change)
        }
        #expect(error?.code == .keyReused)
        #expect(ErrorTable.row("idempotency_key_reused").httpStatus == 409)
        #expect(try service.store.head().size == 1)
    }

    @Test func whatFailsKeepsNothingAndMayBeSentAgain() throws {
        let service = try Self.service { Self.noon }
        #expect(throws: StoreError.self) {
            try service.once(Self.request()) { service -> (answer: StoredAnswer, value: Void) in
                _ = try Self.change(service)
                throw StoreError(.refused, "no")
            }
        }
        #expect(try service.store.head().size == 0)
        #expect(try service.once(Self.request(), Self.change).value == 1)
    }

    @Test func aFailedWriteInsideUndoesTheWholeEvenWhenItIsCaught() throws {
        let service = try Self.service { Self.noon }
        #expect(throws: StoreError.self) {
            try service.once(Self.request()) { service in
                let made = try Self.change(service)
                try? service.store.revoke(token: "none", at: Self.noon)
                return made
            }
        }
        #expect(try service.store.head().size == 0)
    }

    @Test func aKeyIsForgottenAfterADay() throws {
        let clock = Mutex(Self.noon)
        let service = try Self.service { clock.withLock { $0 } }
        _ = try service.once(Self.request(), Self.change)
        clock.withLock { $0 = $0.advanced(byNanoseconds: 24 * 3600 * 1_000_000_000) }
        #expect(try service.once(Self.request(), Self.change).value == nil)
        clock.withLock { $0 = $0.advanced(byNanoseconds: 1) }
        #expect(try service.once(Self.request(fingerprint: 2), Self.change).value == 2)
    }

    @Test func aHundredSendersAtOnceHaveOneEffect() async throws {
        let file = try ServedFile()
        defer { file.close() }
        let answers = try await withThrowingTaskGroup(of: StoredAnswer.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await file.ledger.writer.perform(once: Self.request()) { try Self.change($0).answer }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(answers).count == 1)
        #expect(try await file.ledger.readers.read { try $0.store.head().size } == 1)
    }

    @Test func anAnswerOutlivesTheServer() async throws {
        let file = try ServedFile()
        let first = try await file.ledger.writer.perform(once: Self.request()) { try Self.change($0).answer }
        let path = file.path
        file.ledger.close()
        let second = try ServedLedger(path: path)
        let again = try await second.writer.perform(once: Self.request()) { try Self.change($0).answer }
        second.close()
        #expect(first == again)
    }
}
