import Billing
import UsageLedger
import Units

/// A credit and how much of it issued documents have used.
public struct CreditBalance: Hashable, Sendable {
    public let granted: GrantedCredit
    /// Uses less what was given back.
    public let used: Yen

    public var left: Yen { granted.credit.yen - used }
}

extension LedgerStore {
    /// All credits, or those of one account, by position. O(credits + document lines of the account).
    public func credits(of account: AccountID? = nil) throws -> [CreditBalance] {
        try read { statements, keys in
            let number = try account.map { try keys.accounts.number(of: $0) ?? -1 }
            let uses = try statements(
                """
                SELECT credit, -sum(amount_yen) FROM document_line
                WHERE credit IS NOT NULL AND (?1 IS NULL OR account = ?1) GROUP BY credit
                """)
            uses.bind(1, number)
            var used: [Int64: Int64] = [:]
            while try uses.step() { used[uses.integer(0)] = uses.integer(1) }
            return try SetUpReader(statements, keys).credits(.max, of: account)
                .map { CreditBalance(granted: $0, used: Yen(used[$0.credit.position] ?? 0)) }
        }
    }
}
