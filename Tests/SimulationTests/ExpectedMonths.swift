import Billing
import Store
import Testing
import Units
import UsageLedger

/// What each account's month is worth by rate, from the use that queries answer, and what documents that are neither
/// void nor replaced have billed of it.
struct ExpectedMonths {
    struct Key: Hashable, CustomStringConvertible {
        let account: AccountID
        let month: BillingPeriod
        let rate: RateKey

        var description: String { "\(account) \(month) \(rate.plan) \(rate.price) \(rate.basis.rawValue)" }
    }

    private(set) var expected: [Key: Yen] = [:]
    private(set) var billed: [Key: Yen] = [:]

    /// Through the last closed month.
    init(_ ledger: SimulatedLedger, through last: BillingPeriod) throws {
        let query = UsageQuery(
            from: SimulatedHistory.months[0].firstDay, to: last.lastDay, groups: [.account, .day, .plan],
            eventCut: last.end)
        let prices = try ledger.store.setUp().prices
        var sums: [Key: Usage] = [:]
        for row in try ledger.store.usage(query).rows {
            let (account, day, plan) = (
                try AccountID(row.values[0]), try CivilDay(text: row.values[1]), try PlanID(row.values[2])
            )
            guard case .row(let price) = prices.lookup(account: account, plan: plan, day: day) else { continue }
            let rate = RateKey(plan: plan, price: price.price, basis: price.basis)
            sums[Key(account: account, month: day.period, rate: rate), default: .zero] += row.sum.usage
        }
        for (key, usage) in sums {
            let units = key.rate.basis == .gpu ? Int128(usage.gpuSecondThousandths) : Int128(usage.seconds) * 1_000
            expected[key] = Yen(Int64(units * Int128(key.rate.price.billionths) / 1_000_000_000_000))
        }
        for invoice in try ledger.standingDocuments() {
            for line in invoice.lines {
                guard let rate = line.rate else { continue }
                billed[Key(account: invoice.recipient.id, month: line.chargeMonth, rate: rate), default: .zero] +=
                    line.amount
            }
        }
    }

    /// Keys whose documents don't add up to what the month is worth.
    var differences: [Key: Yen] {
        var found: [Key: Yen] = [:]
        for key in Set(expected.keys).union(billed.keys) {
            let difference = (expected[key] ?? .zero) - (billed[key] ?? .zero)
            if difference != .zero { found[key] = difference }
        }
        return found
    }
}
