import Billing
import Foundation
import Glibc
import Store
import TestSupport
import Testing
import Units
import UsageLedger

/// A close killed without warning has happened wholly or not at all; the same arguments again give the same bytes.
@Suite struct KilledCloseTests {
    private static let accounts = 2_000
    private static let period = try! BillingPeriod(text: "2017-10")

    /// October is over, each account has one run in it; nothing is closed.
    private static func ledger(at path: String) throws -> Int64 {
        let store = try LedgerStore(path: path), identifiers = CountedIdentifiers()
        let now = EventScript.instant("5T12:00")
        func actor() -> Actor { identifiers.actor(now: now) }
        let names = (1...accounts).map { "account\($0)" }
        try store.record(
            [
                .issuer(Issuer(name: "株式会社勘定", registrationNumber: "T7000012050002")),
                .plan(
                    Plan(
                        id: try PlanID("v100"), name: "V100", gpuModel: "V100", gpuCount: try GPUQuantity(decimal: "1"),
                        minimumExecutionSeconds: 60)),
                .price(
                    PriceRow(
                        position: 0, plan: try PlanID("v100"), account: nil, price: try UnitPrice(decimal: "0.5"),
                        basis: .plan, tax: .inclusive, from: try CivilDay(text: "2017-10-01"), to: nil)),
            ] + names.map { .account(Account(id: try AccountID($0), name: $0)) }, by: actor())
        let lines = names.enumerated().map { index, name in
            """
            start 10-10T10:00 id=\(name)-1 task=\(name) account=\(name) plan=v100
            stop 10-10T11:\(10 + index % 50) id=\(name)-2 task=\(name)
            """
        }
        for result in try store.record(EventScript(lines.joined(separator: "\n")).decoded, at: now) {
            guard case .recorded = result else { throw StoreError(.refused, "\(result)") }
        }
        return try store.head().size
    }

    private static func arguments(_ logCut: Int64) -> [String] {
        ["close", "2017-10", "--issue", "--as-of", "\(logCut)", "--issue-day", "2017-11-05"]
    }

    private func copy(_ folder: TestFolder) throws -> TestFolder {
        let copy = TestFolder()
        try FileManager.default.copyItem(atPath: folder.path + "/kanjo.db", toPath: copy.path + "/kanjo.db")
        return copy
    }

    private func store(_ folder: TestFolder) throws -> LedgerStore {
        try LedgerStore(path: folder.path + "/kanjo.db", mode: .readOnly)
    }

    @Test func theSameArgumentsGiveTheSameBytes() async throws {
        let base = TestFolder()
        let logCut = try Self.ledger(at: base.path + "/kanjo.db")
        let arguments = Self.arguments(logCut)
        let undisturbed = try copy(base)
        let whole = await WatchedProcess.run(arguments, in: undisturbed)
        #expect(whole.status == 0)
        let documents = try store(undisturbed).documents(period: Self.period)
        #expect(documents.count == Self.accounts)
        let sizes = [1, 10, 25, 50, 75, 90, 99].map { Int64($0) * whole.largestWALBytes / 100 }
        let moments =
            [.text(" % "), .text("100 % ")] + sizes.map(WatchedProcess.Moment.walBytes) + [.databaseGrows]
        var killedBefore = 0
        for (index, moment) in moments.enumerated() {
            let folder = try copy(base)
            let watched = await WatchedProcess.run(arguments, in: folder, killedAt: moment)
            #expect(watched.status == 128 + SIGKILL, "\(moment)")
            let left = try store(folder).documents(period: Self.period)
            if left.isEmpty {
                killedBefore += 1
                #expect(try store(folder).head().size == logCut, "\(moment)")
                #expect(try store(folder).closings().isEmpty, "\(moment)")
            }
            // Before anything is written, and after all of it.
            if index < 2 { #expect(left.isEmpty, "\(moment)") }
            if index == moments.count - 1 { #expect(!left.isEmpty, "\(moment)") }
            #expect(await folder.process("verify").status == 0, "\(moment)")
            #expect(await folder.process(arguments).status == 0, "\(moment)")
            #expect(try store(folder).documents(period: Self.period) == documents, "\(moment)")
            #expect(left.isEmpty || left == documents, "\(moment)")
        }
        print("\(killedBefore) of \(moments.count) closes were killed before their commit")
        #expect(await undisturbed.process("verify").status == 0)
    }
}
