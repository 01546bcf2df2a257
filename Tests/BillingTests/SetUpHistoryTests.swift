import Testing
import Units

@testable import Billing

/// Many random set-up files one after the other: whatever is accepted keeps the rules of §6.
@Suite struct SetUpHistoryTests {
    @Test(arguments: 1...200 as ClosedRange<UInt64>) func acceptedFilesKeepTheRateCardRight(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        var current = SetUpFixtures.recorded()
        var use = SetUpUse()
        var accepted = 0
        for _ in 0..<20 {
            var declaration = SetUpDeclaration()
            declaration.prices = SetUpFixtures.entries((0..<random.below(3) + 1).map { _ in randomRow(&random) })
            guard let planned = try? plannedChanges(from: current, to: declaration, use: use) else { continue }
            accepted += 1
            let next = SetUpFixtures.recording(planned.changes, in: current, after: Int64(accepted * 100))
            let rows = next.prices.rows
            for (index, row) in rows.enumerated() {
                #expect(row.to.map { $0 >= row.from } ?? true, "seed \(seed): \(row.name)")
                #expect(!rows[(index + 1)...].contains { $0.sharesDay(with: row) }, "seed \(seed): \(row.name)")
            }
            for (position, lastDay) in use.lastDayOfRow {
                let before = try #require(current.prices.rows.first { $0.position == position })
                let after = try #require(rows.first { $0.position == position }, "seed \(seed): a used row is gone")
                #expect(before.price == after.price && before.basis == after.basis && before.tax == after.tax)
                #expect(after.covers(lastDay) && (before.to == nil || before.to == after.to), "seed \(seed)")
            }
            for row in declaration.prices.map(\.value) {
                #expect(rows.contains { $0.name == row.name && $0.price == row.price && $0.to == row.to })
            }
            #expect(try plannedChanges(from: next, to: declaration, use: use).changes.isEmpty, "seed \(seed)")
            current = next
            if let row = rows.randomElement(using: &random), random.below(2) == 0 {
                let day = CivilDay(number: row.from.number + Int32(random.below(3)))
                if row.covers(day), use.lastDayOfRow[row.position].map({ $0 < day }) ?? true {
                    use.lastDayOfRow[row.position] = day
                }
            }
        }
        #expect(accepted > 0, "seed \(seed)")
    }

    /// Few days, prices and accounts, so that rows meet.
    private func randomRow(_ random: inout SeededNumbers) -> PriceRow {
        let from = CivilDay(number: 17_440 + Int32(random.below(8)))
        let end = random.below(3) == 0 ? nil : CivilDay(number: from.number + Int32(random.below(5)) - 1)
        return PriceRow(
            position: 0, plan: try! PlanID(random.below(4) == 0 ? "a100" : "v100"),
            account: random.below(4) == 0 ? try! AccountID("acme") : nil,
            price: UnitPrice(billionths: Int64(random.below(2) + 1)), basis: random.below(9) == 0 ? .gpu : .plan,
            tax: .inclusive, from: from, to: end)
    }
}

/// SplitMix64.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
