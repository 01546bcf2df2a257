import Billing
import GRDB
import UsageLedger
import Units

/// What readings keep from one to the next: prepared statements, names, and prices as far as the set-up is the same.
/// Everything else is read anew each time, because another process may write.
final class ReaderSession {
    let statements: StatementCache
    let keys: Keys
    private var pricing: (setUpPosition: Int64, pricing: Pricing)?

    /// What it takes to price use, as known at a position.
    struct Pricing {
        let lookups: PriceLookups
        let prices: PriceBook
        let plans: [PlanID: Plan]
        let rules: BillingRules
    }

    init(_ database: Database) throws {
        statements = StatementCache(database)
        keys = try Keys(statements)
    }

    /// O(types of set-up events) while nobody changes the set-up, else O(price rows).
    func pricing(logCut: Int64) throws -> Pricing {
        let position = try lastSetUpEvent(logCut)
        if let known = pricing, known.setUpPosition == position { return known.pricing }
        let reader = SetUpReader(statements, keys)
        let prices = PriceBook(try reader.prices(logCut))
        let read = Pricing(
            lookups: PriceLookups(prices, keys), prices: prices, plans: try reader.plans(logCut),
            rules: try reader.rules(logCut))
        pricing = (position, read)
        return read
    }

    /// The set-up as far as some accounts need it: other accounts, their credits and all users are left out.
    /// O(accounts asked) while nobody changes the set-up.
    func setUp(of accounts: some Sequence<AccountID>, logCut: Int64) throws -> SetUp {
        let pricing = try pricing(logCut: logCut), reader = SetUpReader(statements, keys)
        var setUp = SetUp(
            issuer: try reader.issuer(logCut), plans: pricing.plans, prices: pricing.prices, rules: pricing.rules)
        for id in accounts where setUp.accounts[id] == nil {
            setUp.accounts[id] = try reader.account(id, logCut)
            setUp.credits += try reader.credits(logCut, of: id)
        }
        return setUp
    }

    /// Position of the last event up to the cut that changed the set-up; 0 before the first.
    private func lastSetUpEvent(_ logCut: Int64) throws -> Int64 {
        let last = try statements("SELECT max(position) FROM event WHERE task IS NULL AND type = ?1 AND position <= ?2")
        var found: Int64 = 0
        for type in LedgerEventType.pricing {
            last.bind(1, Int64(type.rawValue))
            last.bind(2, logCut)
            while try last.step() { found = max(found, last.integer(0)) }
        }
        return found
    }
}

extension LedgerEventType {
    /// Those after which use may have another price, plan or cut.
    fileprivate static let pricing: [LedgerEventType] = [.plan, .price, .priceEnd, .priceWithdrawal, .rules]
}
