import Billing
import Service
import Store
import TestSupport
import Testing
import Units

/// Keys: shown once, stored as a hash, revoked for good.
@Suite struct AccessTests {
    private static func ledger() throws -> LedgerService {
        let service = try LedgerService(path: ":memory:", mode: .readWrite)
        let acme = Account(id: try AccountID("acme"), name: "Acme")
        try service.store.record([.account(acme)], by: service.actor(Author(who: "test")))
        return service
    }

    @Test func aSecretIsNowhereInTheDatabase() throws {
        let service = try Self.ledger()
        let made = try service.createToken(account: AccountID("acme"), user: UserID("mina"), role: .user)
        #expect(made.secret.count == 64)
        let stored = try service.store.tokens()
        #expect(stored == [made.stored])
        #expect(stored[0].secretSHA256.count == 32)
        #expect(!"\(stored)".contains(made.secret))
    }

    @Test func onlyARegisteredAccountGetsAKey() throws {
        let service = try Self.ledger()
        #expect(throws: StoreError.self) {
            try service.createToken(account: AccountID("nobody"), user: UserID("mina"), role: .user)
        }
    }

    @Test func twoKeysOfOneUserHoldUntilOneIsRevoked() async throws {
        let file = try ServedFile()
        let made = try await file.ledger.writer.perform { service in
            let acme = Account(id: try AccountID("acme"), name: "Acme")
            try service.store.record([.account(acme)], by: service.actor(Author(who: "test")))
            return try (0..<2).map { _ in
                try service.createToken(account: acme.id, user: UserID("mina"), role: .billing)
            }
        }
        let (old, new) = (made[0], made[1])
        file.ledger.close()
        let first = try ServedLedger(path: file.path)
        let now = try Instant(rfc3339: "2018-01-01T00:00:00Z")
        #expect(first.keys.credential(token: old.stored.token, secret: old.secret, at: now)?.role == .billing)
        #expect(first.keys.credential(token: new.stored.token, secret: new.secret, at: now)?.user.text == "mina")
        #expect(first.keys.credential(token: old.stored.token, secret: new.secret, at: now) == nil)
        #expect(first.keys.credential(token: "none", secret: old.secret, at: now) == nil)
        #expect(first.keys.credential(token: old.stored.token, secret: "", at: now) == nil)
        try await first.saveUseOfKeys()
        try await first.writer.perform { try $0.revokeToken(old.stored.token) }
        first.close()
        let second = try ServedLedger(path: file.path)
        #expect(second.keys.credential(token: old.stored.token, secret: old.secret, at: now) == nil)
        #expect(second.keys.credential(token: new.stored.token, secret: new.secret, at: now) != nil)
        let used = try await second.readers.read { try $0.store.tokens() }
        #expect(used.allSatisfy { $0.lastUsedAt == now })
        second.close()
    }

    /// The last use of a key that the writer has no room for is noted the next time.
    @Test func aLastUseThatCannotBeNotedIsKept() async throws {
        var limits = ServedLedger.Limits()
        limits.writer.waitingItems = 1
        let file = try ServedFile(limits: limits)
        defer { file.close() }
        let ledger = file.ledger, account = try AccountID("acme")
        _ = try await ledger.writer.perform { service in
            try service.store.record(
                [.account(Account(id: account, name: "Acme"))], by: service.actor(Author(who: "test")))
        }
        let made = try await ledger.createToken(account: account, user: UserID("mina"), role: .user)
        let now = try Instant(rfc3339: "2018-01-01T00:00:00Z"), gate = Gate()
        #expect(ledger.keys.credential(token: made.stored.token, secret: made.secret, at: now) != nil)
        let blocking = Task { try await ledger.writer.perform { _ in gate.wait() } }
        gate.awaitArrivals(1)
        let waiting = Task { try await ledger.writer.perform { _ in } }
        while ledger.writer.waiting < 1 { await Task.yield() }
        await #expect(throws: ServiceError.self) { try await ledger.saveUseOfKeys() }
        gate.open()
        _ = try await (blocking.value, waiting.value)
        try await ledger.saveUseOfKeys()
        #expect(try await ledger.readers.read { try $0.store.tokens() }.first?.lastUsedAt == now)
    }

    @Test func aScopeNeverGrows() throws {
        let (own, other) = (try AccountID("own"), try AccountID("other"))
        #expect(AccountScope.own(own).narrowed(to: other) == nil)
        #expect(AccountScope.own(own).narrowed(to: own) == .own(own))
        #expect(AccountScope.own(own).narrowed(to: nil) == .own(own))
        #expect(AccountScope.all.narrowed(to: other) == .own(other))
        #expect(!AccessRole.scheduler.seesAllAccounts)
    }
}
