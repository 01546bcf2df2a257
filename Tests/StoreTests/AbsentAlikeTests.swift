import Billing
import GRDB
import TestSupport
import Testing
import Units

@testable import Store

/// What isn't there and what isn't yours can't be told apart by time: both ask the database the same statements.
@Suite struct AbsentAlikeTests {
    private let ledger: SmallLedger
    private let other: AccountID

    init() throws {
        ledger = try SmallLedger()
        other = try AccountID("other")
        try ledger.store.record(
            [.account(.init(id: other, name: "Other"))], by: ledger.actor(EventScript.instant("10-01T00:00")))
        try ledger.recordJob("theirs")
        try ledger.recordJob("mine", account: "other")
        try ledger.issue()
    }

    /// The statements that a question runs; it must find nothing.
    private func statements(of ask: () throws -> Bool) throws -> [String] {
        var found: [String] = []
        let queue = ledger.store.database.queue
        queue.inDatabase { database in
            database.trace { if case .statement(let statement) = $0 { found.append(statement.sql) } }
        }
        defer { queue.inDatabase { $0.trace(options: []) } }
        do {
            #expect(try !ask())
        } catch let error as StoreError {
            #expect(error.code == .notFound)
        }
        return found
    }

    private func expectAlike(_ ask: (_ isTheirs: Bool) throws -> Bool) throws {
        // The first time a statement is prepared.
        _ = try statements { try ask(false) }
        let absent = try statements { try ask(false) }, theirs = try statements { try ask(true) }
        #expect(absent == theirs)
        #expect(!absent.isEmpty)
    }

    @Test func tasksAndDocuments() throws {
        let now = SmallLedger.november5
        let number = try #require(try ledger.store.documents(DocumentSearch()).first?.number)
        func task(_ isTheirs: Bool) throws -> TaskID { try TaskID(isTheirs ? "theirs" : "nobody") }
        try expectAlike {
            _ = try ledger.store.task(task($0), account: other, now: now); return true
        }
        try expectAlike {
            try ledger.store.checkTask(task($0), account: other); return true
        }
        try expectAlike { try ledger.store.taskNotification(task($0), of: other) != nil }
        try expectAlike { isTheirs in
            let asked = isTheirs ? number : DocumentNumber(text: "201710-000009")
            _ = try ledger.store.document(asked, account: other)
            return true
        }
    }

    @Test func resources() throws {
        let now = SmallLedger.november5
        let change = ResourceChange(account: SmallLedger.acme, user: .unnamed, now: now)
        try ledger.store.add(
            Registry(id: "r1", hostname: "a.example", username: "u", sealedPassword: "p", times: ResourceTimes(now)),
            by: change)
        try ledger.store.add(
            SSHKey(id: "k1", name: "n", publicKey: "ssh-ed25519 A", isActive: true, times: ResourceTimes(now)),
            by: change)
        try expectAlike { try ledger.store.registry($0 ? "r1" : "r2", of: other) != nil }
        try expectAlike { try ledger.store.removeRegistry($0 ? "r1" : "r2", of: other) }
        try expectAlike { try ledger.store.sshKey($0 ? "k1" : "k2", of: other) != nil }
        try expectAlike { try ledger.store.removeSSHKey($0 ? "k1" : "k2", of: other) }
        #expect(try ledger.store.registry("r1", of: SmallLedger.acme) != nil)
        #expect(try ledger.store.sshKey("k1", of: SmallLedger.acme) != nil)
    }
}
