import Billing
import Units

/// An account with the people who use it.
public struct RegisteredAccount: Hashable, Sendable {
    public let account: Account
    /// By id.
    public let users: [UserID]
}

extension LedgerStore {
    /// A stretch of the registered accounts, by id, and how many there are. O(accounts before the stretch's end).
    public func accounts(offset: Int64, limit: Int) throws -> (count: Int64, accounts: [RegisteredAccount]) {
        try read { statements, keys in
            let counting = try statements("SELECT count(DISTINCT account) FROM account_version")
            _ = try counting.step()
            let count = counting.integer(0)
            counting.reset()
            let row = try statements(
                """
                SELECT name FROM account_key k
                WHERE EXISTS (SELECT 1 FROM account_version v WHERE v.account = k.account)
                ORDER BY name LIMIT ?1 OFFSET ?2
                """)
            row.bind(1, Int64(limit))
            row.bind(2, offset)
            var names: [AccountID] = []
            while try row.step() { names.append(try AccountID(row.text(0))) }
            return (count, try names.compactMap { try Self.registered($0, statements, keys) })
        }
    }

    /// One account with its users; `nil` when it isn't registered.
    public func registeredAccount(_ id: AccountID) throws -> RegisteredAccount? {
        try read { statements, keys in try Self.registered(id, statements, keys) }
    }

    private static func registered(
        _ id: AccountID, _ statements: StatementCache, _ keys: Keys
    ) throws -> RegisteredAccount? {
        guard let account = try SetUpReader(statements, keys).account(id, .max) else { return nil }
        let row = try statements(
            "SELECT name FROM account_user JOIN user_key USING (user) WHERE account = ?1 ORDER BY name")
        row.bind(1, try keys.accounts.number(of: id))
        var users: [UserID] = []
        while try row.step() { users.append(try UserID(row.text(0))) }
        return RegisteredAccount(account: account, users: users)
    }
}
