import UsageLedger
import Units

/// Something that stops an issue until events make it go away or a person accepts it (§7).
public struct GateItem: Hashable, Sendable {
    /// C14: `kind:task:attempt`, `kind:account:plan:day`, `mixed_tax_basis:account:YYYY-MM`,
    /// `scheduler_difference:task:attempt`, `grace_left`, …
    public let name: String
    /// What is open and what to do, for people.
    public let message: String
    public let canBeAccepted: Bool
    /// Positions of the events whose set an acceptance holds for.
    public let events: [Int64]

    public init(name: String, message: String, canBeAccepted: Bool = true, events: [Int64] = []) {
        self.name = name
        self.message = message
        self.canBeAccepted = canBeAccepted
        self.events = events
    }

    /// Names the set of events: an acceptance holds as long as it is the same.
    public var fingerprint: [UInt8] {
        MerkleTree.leafHash(of: Array(events.sorted().map(String.init).joined(separator: " ").utf8))
    }

    public static func run(_ kind: AnomalyKind, task: TaskID, attempt: Int64, detail: String, events: [Int64])
        -> GateItem
    {
        GateItem(
            name: "\(kind.rawValue):\(task):\(attempt)",
            message: "task \(task), attempt \(attempt): \(detail); \(kind.remedy)",
            events: events)
    }

    public static func price(
        _ kind: AnomalyKind, _ account: AccountID, _ plan: PlanID, _ day: CivilDay, events: [Int64]
    ) -> GateItem {
        GateItem(
            name: "\(kind.rawValue):\(account):\(plan):\(day)",
            message:
                "account \(account) used plan \(plan) on \(day) "
                + "\(kind == .priceMissing ? "without a price" : "at two prices"); "
                + kind.remedy,
            events: events)
    }

    public static func mixedTaxBasis(_ account: AccountID, _ month: BillingPeriod, events: [Int64]) -> GateItem {
        GateItem(
            name: "mixed_tax_basis:\(account):\(month)",
            message:
                "account \(account) has tax-inclusive and tax-exclusive use to bill in \(month); "
                + "\(AnomalyKind.mixedTaxBasis.remedy)",
            events: events)
    }

    /// - Parameter events: those of the task, and the one that holds the claim.
    public static func schedulerDifference(_ run: RunKey, _ differences: [RunDifference], events: [Int64]) -> GateItem {
        let words = differences.map {
            "\($0.kind.rawValue.replacing("_", with: " ")) (the list says \($0.listed), the log \($0.recorded)); "
                + $0.remedy
        }
        return GateItem(
            name: "scheduler_difference:\(run.task):\(run.attempt)",
            message: "task \(run.task), attempt \(run.attempt): the scheduler's list differs: "
                + words.joined(separator: "; "),
            events: events)
    }

    public static func graceLeft(until end: Instant, hours: Int64) -> GateItem {
        GateItem(
            name: "grace_left", message: "late events are awaited for \(hours) hours, until \(end); wait, or accept it")
    }

    public static func periodNotOver(_ period: BillingPeriod) -> GateItem {
        GateItem(
            name: "period_not_over", message: "\(period) lasts until \(period.end); close it after that",
            canBeAccepted: false)
    }

    public static func earlierMonthOpen(_ month: BillingPeriod) -> GateItem {
        GateItem(
            name: "earlier_month_open:\(month)", message: "\(month) has use and isn't closed; close it first",
            canBeAccepted: false)
    }
}
