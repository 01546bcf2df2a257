import Service
import Store
import Units

extension APIRequest {
    /// Whose data the request asks for: the key's own account, or, for a key that sees all, the one named by `account`
    /// or all. Naming one with another key is noted as wrong, whether it exists or not.
    func scope(narrowedBy query: inout QueryParameters) -> AccountScope {
        let account = query.value("account", AccountID.init)
        guard let account else { return credential.scope }
        guard credential.role.seesAllAccounts else {
            query.note("account", "a key of role \(credential.role.rawValue) sees its own account; leave account out")
            return credential.scope
        }
        return .own(account)
    }

    /// The one account asked about: that of the key, unless a key that sees all names another.
    func account(_ query: inout QueryParameters) -> AccountID {
        scope(narrowedBy: &query).account ?? credential.account
    }

    /// The task of a part of the path. Error: `not_found` for what can't be one, as for one that isn't there.
    func task(_ name: String) throws -> TaskID {
        let text = part(name)
        guard let task = try? TaskID(text) else {
            throw StoreError(.notFound, "there is no task '\(text.prefix(140))'")
        }
        return task
    }
}
