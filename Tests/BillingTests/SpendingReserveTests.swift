import Billing
import Testing
import Units
import UsageLedger

@Suite struct SpendingReserveTests {
    private let plan: Plan
    private let acme: AccountID
    private let first: CivilDay

    init() throws {
        plan = Plan(
            id: try PlanID("p"), name: "P", gpuModel: "P", gpuCount: try GPUQuantity(decimal: "8"),
            minimumExecutionSeconds: 60)
        acme = try AccountID("acme")
        first = try CivilDay(text: "2025-11-01")
    }

    private func row(
        _ yen: String, from: String, to: String? = nil, own: Bool = false, basis: PriceBasis = .plan,
        tax: TaxBasis = .inclusive
    ) throws -> PriceRow {
        PriceRow(
            position: 1, plan: plan.id, account: own ? acme : nil, price: try UnitPrice(decimal: yen), basis: basis,
            tax: tax, from: try CivilDay(text: from), to: try to.map { try CivilDay(text: $0) })
    }

    private func dearest(_ rows: [PriceRow]) -> String? {
        SpendingReserve.dearestPrice(PriceBook(rows), account: acme, plan: plan, from: first)?.price.description
    }

    @Test func theDearestDayThatMayComeCounts() throws {
        let past = try row("9", from: "2025-01-01", to: "2025-10-31")
        let now = try row("0.06", from: "2025-11-01", to: "2025-11-17"), later = try row("0.016", from: "2025-11-18")
        #expect(dearest([past, now, later]) == "0.06")
        #expect(dearest([now, later, try row("0.3", from: "2026-02-01", to: "2026-02-01", own: true)]) == "0.3")
        // An own row hides the list's while it holds.
        #expect(dearest([later, try row("0.01", from: "2025-01-01", own: true)]) == "0.01")
        #expect(dearest([past]) == nil)
    }

    @Test func bothBasesAndTaxesAreCompared() throws {
        let perPlan = try row("0.83", from: "2025-11-01", to: "2025-11-30")
        #expect(dearest([perPlan, try row("0.11", from: "2025-12-01", basis: .gpu)]) == "0.11")
        #expect(dearest([perPlan, try row("0.1", from: "2025-12-01", basis: .gpu)]) == "0.83")
        #expect(dearest([perPlan, try row("0.755", from: "2025-12-01", tax: .exclusive)]) == "0.755")
        let price = ReservedPrice(try row("0.755", from: "2025-12-01", tax: .exclusive))
        #expect(price.microYen(seconds: 1, gpus: plan.gpuCount) == 830_500)
        let gpu = ReservedPrice(try row("0.000000001", from: "2025-12-01", basis: .gpu))
        #expect(gpu.microYen(seconds: 1, gpus: plan.gpuCount) == 1)
    }

    @Test func aDearerRowIsKeptOffItsDaysOnly() throws {
        let reserved = ReservedPrice(try row("0.06", from: "2025-11-01"))
        let rows = [
            try row("0.06", from: "2025-11-01", to: "2025-11-30"),
            try row("0.08", from: "2025-12-01", to: "2025-12-31"),
            try row("0.09", from: "2026-01-01", to: "2026-01-31"), try row("0.05", from: "2026-02-01"),
        ]
        let made = try SpendingReserve.protection(
            PriceBook(rows), account: acme, plan: plan, reserved: reserved, from: first)
        #expect(made.map { "\($0.from) \($0.to!) \($0.price) \($0.account!)" } == ["2025-12-01 2026-01-31 0.06 acme"])
        let upTo = try SpendingReserve.protection(
            PriceBook(rows), account: acme, plan: plan, reserved: reserved, from: first,
            to: try CivilDay(text: "2025-12-03"))
        #expect(upTo.map { "\($0.from) \($0.to!)" } == ["2025-12-01 2025-12-03"])
        let after = PriceBook(rows + made)
        #expect(
            try SpendingReserve.protection(after, account: acme, plan: plan, reserved: reserved, from: first).isEmpty)
    }

    @Test func anOwnDearerRowIsAConflict() throws {
        let book = PriceBook([try row("0.06", from: "2025-11-01"), try row("0.07", from: "2025-12-01", own: true)])
        let reserved = ReservedPrice(try row("0.06", from: "2025-11-01"))
        #expect(throws: SpendingReserve.Conflict.self) {
            try SpendingReserve.protection(book, account: acme, plan: plan, reserved: reserved, from: first)
        }
    }
}
