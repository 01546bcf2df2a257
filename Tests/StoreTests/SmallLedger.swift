import Billing
import Store
import TestSupport
import Units
import UsageLedger

/// A ledger with one account and one plan at 0.5 yen a GPU second, in a file of its own or in memory.
final class SmallLedger {
    let store: LedgerStore
    let identifiers = CountedIdentifiers()

    static let acme = try! AccountID("acme")
    static let october = try! BillingPeriod(text: "2017-10")
    /// After October's grace.
    static let november5 = EventScript.instant("5T12:00")

    init(path: String = ":memory:", prices: [PriceRow] = [SmallLedger.price("0.5")]) throws {
        store = try LedgerStore(path: path)
        guard try store.head().size == 0 else { return }
        try store.record(
            [
                .issuer(Issuer(name: "株式会社勘定", registrationNumber: "T7000012050002")),
                .account(Account(id: Self.acme, name: "株式会社アクメ")),
                .plan(
                    Plan(
                        id: try PlanID("v100"), name: "V100", gpuModel: "V100", gpuCount: try GPUQuantity(decimal: "1"),
                        minimumExecutionSeconds: 60)),
            ] + prices.map(SetUpChange.price), by: actor(EventScript.instant("10-01T00:00")))
    }

    static func price(_ yen: String, from: String = "2017-10-01", to: String? = nil, account: AccountID? = nil)
        -> PriceRow
    {
        PriceRow(
            position: 0, plan: try! PlanID("v100"), account: account, price: try! UnitPrice(decimal: yen), basis: .gpu,
            tax: .inclusive, from: try! CivilDay(text: from), to: to.map { try! CivilDay(text: $0) })
    }

    func actor(_ now: Instant) -> Actor { identifiers.actor(now: now) }

    @discardableResult
    func record(_ script: String, at now: Instant = SmallLedger.november5) throws -> [RecordResult] {
        try store.record(EventScript(script).decoded, at: now)
    }

    /// One job of some seconds on a day of October.
    func recordJob(_ name: String, account: String = "acme", day: String = "10-10", seconds: Int = 3_600) throws {
        let stop = EventScript.instant("\(day)T10:00").advanced(byNanoseconds: Int64(seconds) * 1_000_000_000)
        let clock = stop.tableText.dropFirst(5).replacing(" ", with: "T")
        try record(
            """
            submit \(day)T09:00 id=\(name)-1 task=\(name) account=\(account) user=alice plan=v100 name=\(name)
            start \(day)T10:00 id=\(name)-2 task=\(name)
            stop \(clock) id=\(name)-3 task=\(name)
            """)
    }

    @discardableResult
    func issue(
        _ period: BillingPeriod = SmallLedger.october, now: Instant = SmallLedger.november5,
        accepting acceptances: [String: String] = [:]
    ) throws -> IssueOutcome {
        try store.issue(
            IssueRequest(period: period, issueDay: CivilDay(now), acceptances: acceptances), by: actor(now))
    }
}

/// What became of an event, in one word.
func word(_ result: RecordResult?) -> String {
    switch result {
    case .recorded(let position): "recorded \(position)"
    case .duplicate(let position): "duplicate \(position)"
    case .conflict(let position, let fields): "conflict \(position) \(fields.joined(separator: ","))"
    case .refused(let error): "refused \(error.code.rawValue)"
    case nil: "nothing"
    }
}
