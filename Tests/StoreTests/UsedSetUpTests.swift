import Billing
import Store
import TestSupport
import Testing
import Units

/// What stands on an issued document can't be changed under it (§6); a refused set-up writes nothing.
@Suite struct UsedSetUpTests {
    private func outcome(_ ledger: SmallLedger, _ declare: (inout SetUpDeclaration) -> Void) throws -> [SetUpError.Code]
    {
        var declaration = SetUpDeclaration()
        declare(&declaration)
        let head = try ledger.store.head()
        do {
            _ = try ledger.store.apply(by: ledger.actor(SmallLedger.november5)) {
                try plannedChanges(from: $0, to: declaration, use: $1)
            }
        } catch let errors as SetUpErrors {
            #expect(try ledger.store.head() == head, "a refused set-up was written")
            return errors.errors.map(\.code)
        }
        #expect(try ledger.store.verify().isRight)
        return []
    }

    private func prices(_ rows: PriceRow...) -> (inout SetUpDeclaration) -> Void {
        { $0.prices = rows.enumerated().map { .init(line: $0.offset + 1, value: $0.element) } }
    }

    private func plan(_ minimum: Int64, name: String = "V100", gpus: String = "1") -> (inout SetUpDeclaration) -> Void {
        { declaration in
            declaration.plans = [
                .init(
                    line: 1,
                    value: .init(
                        id: try! PlanID("v100"), name: name, gpuModel: "V100",
                        gpuCount: try! GPUQuantity(decimal: gpus),
                        minimumExecutionSeconds: minimum))
            ]
        }
    }

    private func closedLedger() throws -> SmallLedger {
        let ledger = try SmallLedger()
        try ledger.recordJob("job", day: "10-10")
        try ledger.issue()
        return ledger
    }

    @Test func beforeTheFirstInvoiceEverythingMayChange() throws {
        let ledger = try SmallLedger()
        try ledger.recordJob("job")
        #expect(try outcome(ledger, prices(SmallLedger.price("0.7"))) == [])
        #expect(try outcome(ledger, plan(30, gpus: "2")) == [])
    }

    @Test func aUsedPriceGetsAnEndAndNothingElse() throws {
        let ledger = try closedLedger()
        #expect(try outcome(ledger, prices(SmallLedger.price("0.7"))) == [.priceIsUsed])
        #expect(try outcome(ledger, prices(SmallLedger.price("0.5", to: "2017-10-09"))) == [.priceIsUsed])
        #expect(try outcome(ledger, prices(SmallLedger.price("0.5", to: "2017-10-10"))) == [])
        #expect(try outcome(ledger, prices(SmallLedger.price("0.5", to: "2017-10-20"))) == [.priceIsUsed])
        #expect(try outcome(ledger, prices(SmallLedger.price("0.7", from: "2017-10-11"))) == [])
    }

    @Test func anInvoicedDayGetsNoOtherPrice() throws {
        let ledger = try closedLedger()
        let own = SmallLedger.price("0.1", from: "2017-10-01", account: SmallLedger.acme)
        #expect(try outcome(ledger, prices(own)) == [.daysAreInvoiced])
        let after = SmallLedger.price("0.1", from: "2017-10-11", account: SmallLedger.acme)
        #expect(try outcome(ledger, prices(after)) == [])
    }

    /// The same for a run that was still open when it was invoiced.
    @Test func anInvoicedDayOfAnOpenRunGetsNoOtherPrice() throws {
        let ledger = try SmallLedger()
        try ledger.record("submit 10-31T09:00 account=acme user=alice plan=v100; start 10-31T23:30")
        try ledger.issue()
        #expect(try ledger.store.documents(period: SmallLedger.october).count == 1)
        #expect(try outcome(ledger, prices(SmallLedger.price("0.7"))) == [.priceIsUsed])
        let own = SmallLedger.price("0.1", from: "2017-10-31", account: SmallLedger.acme)
        #expect(try outcome(ledger, prices(own)) == [.daysAreInvoiced])
        let after = SmallLedger.price("0.1", from: "2017-11-01", account: SmallLedger.acme)
        #expect(try outcome(ledger, prices(after)) == [])
    }

    @Test func aUsedPlanKeepsItsTerms() throws {
        let ledger = try closedLedger()
        #expect(try outcome(ledger, plan(30)) == [.planIsUsed])
        #expect(try outcome(ledger, plan(60, gpus: "2")) == [.planIsUsed])
        #expect(try outcome(ledger, plan(60, name: "V100 (32GB)")) == [])
    }
}
