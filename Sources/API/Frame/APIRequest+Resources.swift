import Service
import Store
import UsageLedger

extension APIRequest {
    /// Who changes what belongs to the key's account, now.
    var resourceChange: ResourceChange {
        ResourceChange(account: credential.account, user: credential.user, now: now)
    }

    /// The body's members and the request as one that may be repeated. Errors: those of `repeatable` and `json`.
    func fieldsToCreate() async throws -> (fields: BodyFields, repeatable: RepeatableRequest?) {
        let bytes = try await body()
        let repeatable = try await repeatable(bytes)
        return (BodyFields(try JSONValue(parsingRequest: bytes)), repeatable)
    }

    /// A list of the key's account.
    func list<Row>(
        _ read: @escaping @Sendable (LedgerService, _ offset: Int64, _ limit: Int) throws -> ResourcePage<Row>,
        as encode: (Row) -> JSONValue
    ) async throws -> APIResponse {
        var query = query
        let page = ListPage(&query)
        try query.check()
        let found = try await ledger.readers.read { try read($0, page.offset, page.size) }
        return page.answer(found.rows.map(encode), count: found.count, request: self)
    }
}

/// What a path names isn't there, or isn't the asker's: nobody learns which.
struct Absent {
    /// For example `a registry`.
    let what: String

    var error: ServiceError { ServiceError(.notFound, "there is no \(what) with this id; list those there are") }

    func unwrap<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw error }
        return value
    }

    func check(_ isThere: Bool) throws {
        guard isThere else { throw error }
    }
}

extension ResourceTimes {
    /// As members of an answer.
    var members: [JSONValue.Member] {
        [.init("created_at", .string(createdAt.description)), .init("updated_at", .string(updatedAt.description))]
    }
}
