import Billing
import Units

extension LedgerStore {
    /// Price rows that hold on at least one of the days: the list's and the account's own, the newest first,
    /// those of one day by plan, the list's before the account's. O(price rows of the list and of the account).
    public func prices(on days: ClosedRange<CivilDay>, for account: AccountID) throws -> [PriceRow] {
        try read { session in
            try session.pricing(logCut: .max).prices.rows(for: account).filter {
                $0.from <= days.upperBound && ($0.to ?? .last) >= days.lowerBound
            }.sorted {
                if $0.from != $1.from { return $0.from > $1.from }
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
