import Units

/// What a key may do.
public enum AccessRole: String, Hashable, Sendable, CaseIterable {
    /// Sees the data of its account.
    case user
    /// Records events.
    case scheduler
    /// Closes months, issues documents, takes payments.
    case billing
    /// Changes the set-up.
    case admin
    /// Reads everything.
    case auditor

    /// Whether it sees every account; else only its own.
    public var seesAllAccounts: Bool {
        switch self {
        case .user, .scheduler: false
        case .billing, .admin, .auditor: true
        }
    }
}

/// Who asks: what a valid key stands for.
public struct Credential: Hashable, Sendable {
    public let token: String
    public let account: AccountID
    public let user: UserID
    public let role: AccessRole

    public init(token: String, account: AccountID, user: UserID, role: AccessRole) {
        self.token = token
        self.account = account
        self.user = user
        self.role = role
    }

    /// Whose data may be seen: always from the key, never from the request.
    public var scope: AccountScope { role.seesAllAccounts ? .all : .own(account) }
}

/// Whose data an answer may hold.
public enum AccountScope: Hashable, Sendable {
    case own(AccountID)
    case all

    /// Whether an account's data may be seen.
    public func contains(_ account: AccountID) -> Bool {
        switch self {
        case .own(let own): own == account
        case .all: true
        }
    }

    /// What is left of the scope when one account is searched for; `nil` when nothing is.
    public func narrowed(to account: AccountID?) -> AccountScope? {
        guard let account else { return self }
        return contains(account) ? .own(account) : nil
    }

    /// The one account; `nil` for all.
    public var account: AccountID? {
        switch self {
        case .own(let account): account
        case .all: nil
        }
    }
}
