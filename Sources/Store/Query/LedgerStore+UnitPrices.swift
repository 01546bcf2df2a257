import Billing
import Units

extension LedgerStore {
    /// Price rows that hold on a day: the list's and the account's own, by plan, the list row first.
    /// O(price rows of the list and of the account).
    public func prices(on day: CivilDay, for account: AccountID) throws -> [PriceRow] {
        try read { session in
            try session.pricing(logCut: .max).prices.rows(for: account).filter { $0.covers(day) }.sorted {
                if $0.plan != $1.plan { return $0.plan < $1.plan }
                return $0.account == nil && $1.account != nil
            }
        }
    }

    /// All price rows, by position, ends as they are set now, withdrawn ones left out.
    public func priceRows() throws -> [PriceRow] {
        try read { session in try session.pricing(logCut: .max).prices.rows }
    }
}
