import Billing
import Foundation
import Store
import Units

/// What every benchmark ledger begins with: an issuer, four plans at list prices per GPU second, and the accounts.
enum LedgerSetUp {
    /// A person who does everything; ids and salts from the system's random numbers.
    static func actor(now: Instant) -> Actor {
        Actor(who: "benchmark", now: now, makeID: { UUID().uuidString }, makeSalt: salt)
    }

    static func salt() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return withUnsafeBytes(of: (random.next(), random.next())) { Array($0) }
    }

    static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    static func apply(_ store: LedgerStore, accounts: Int, now: Instant) throws {
        var changes: [SetUpChange] = [
            .issuer(Issuer(name: "株式会社ベンチ", registrationNumber: "T7000012050002", address: "東京都千代田区1-1")),
            .rules(
                BillingRules(
                    version: BillingRules.currentVersion, invoiceMinimumYen: 1, graceHours: 72, runawaySilence: .none)),
        ]
        for (id, price) in Workload.plans {
            let plan = try PlanID(id)
            changes.append(
                .plan(
                    Plan(
                        id: plan, name: id.uppercased(), gpuModel: id, gpuCount: GPUQuantity(thousandths: 1000)!,
                        minimumExecutionSeconds: 1)))
            changes.append(
                .price(
                    PriceRow(
                        position: 0, plan: plan, account: nil, price: try UnitPrice(decimal: price), basis: .gpu, tax: .inclusive,
                        from: Workload.period.previous.firstDay, to: nil)))
        }
        for account in 0..<accounts {
            let name = Job.accountName(account)
            changes.append(.account(Account(id: try AccountID(name), name: "株式会社 \(name)", address: "東京都港区\(account)")))
        }
        try store.record(changes, by: actor(now: now))
    }
}
