import Billing
import UsageLedger
import Units

/// Registers accounts and users that a feed names and nobody has registered.
struct AccountCreation {
    private var accounts: Set<AccountID>
    private var users: [AccountID: Set<UserID>]

    init(_ setUp: SetUp) {
        accounts = Set(setUp.accounts.keys)
        users = setUp.users
    }

    /// What has to be recorded before the events, in their order. An account gets its id as its name until somebody
    /// gives it another.
    mutating func changes(for events: [DecodedEvent]) -> [SetUpChange] {
        var changes: [SetUpChange] = []
        for event in events {
            guard let identity = event.fact.identity, let account = identity.account else { continue }
            if accounts.insert(account).inserted { changes.append(.account(Account(id: account, name: account.text))) }
            if let user = identity.user, user != .unnamed, users[account, default: []].insert(user).inserted {
                changes.append(.user(account, user))
            }
        }
        return changes
    }
}

extension UsageFact {
    /// Whom a submitted or started event names.
    fileprivate var identity: NamedIdentity? {
        switch detail {
        case .submitted(let identity, _), .started(_, let identity, _): identity
        case .alive, .stopped, .canceled, .waived, .restated: nil
        }
    }
}
