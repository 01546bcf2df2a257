import Billing
import Store
import TestSupport
import Testing
import Units

/// A full disk stops the step that met it, and nothing of that step is kept; with room again, it goes on.
@Suite struct DiskFullTests {
    @Test(arguments: ["feed", "set-up", "issue", "rebuild"])
    func nothingIsWrittenAndItGoesOn(step: String) throws {
        let database = try TemporaryDatabase()
        let ledger = try SmallLedger(path: database.path)
        let accounts = (0..<40).map { "account\($0)" }
        try ledger.store.record(
            accounts.map { .account(Account(id: try! AccountID($0), name: $0)) },
            by: ledger.actor(SmallLedger.november5))
        for account in accounts { try ledger.recordJob("job-\(account)", account: account) }
        let before = try ledger.store.head()
        let usage = try total(ledger)
        // SQLite takes the present size for the limit when that is larger.
        try ledger.store.limitPages(1)
        let error = #expect(throws: StoreError.self) {
            for round in 0..<50 { try take(step, ledger, round) }
        }
        #expect(error?.code == .full, "\(error?.message ?? "no error")")
        let held = try ledger.store.head()
        try ledger.store.limitPages(1_000_000)
        if step != "feed", step != "set-up" { #expect(held == before) }
        #expect(try ledger.store.verify().isRight)
        #expect(try total(ledger).seconds >= usage.seconds)
        // The step that failed is taken as if nothing had happened.
        try take(step, ledger, 1_000)
        #expect(try ledger.store.verify().isRight)
        if step == "issue" { #expect(try ledger.store.documents(period: SmallLedger.october).count == 40) }
    }

    private func take(_ step: String, _ ledger: SmallLedger, _ round: Int) throws {
        switch step {
        case "feed":
            let lines = (0..<200).map {
                "start 10-11T10:00 id=r\(round)-\($0) task=r\(round)-\($0) account=acme plan=v100"
            }
            try ledger.record(lines.joined(separator: "\n"))
        case "set-up":
            try ledger.store.record(
                (0..<50).map {
                    .account(
                        Account(
                            id: try! AccountID("a\(round)-\($0)"), name: String(repeating: "長", count: 200)))
                }, by: ledger.actor(SmallLedger.november5))
        case "issue": try ledger.issue()
        default:
            // The rows are made again in the pages of the old ones; new runs make it need more.
            try ledger.store.rebuild()
            try take("feed", ledger, round)
        }
    }

    private func total(_ ledger: SmallLedger) throws -> Usage {
        try ledger.store.usage(
            UsageQuery(
                from: SmallLedger.october.firstDay, to: SmallLedger.october.lastDay, groups: [.day],
                eventCut: SmallLedger.october.end)
        ).total.usage
    }
}
