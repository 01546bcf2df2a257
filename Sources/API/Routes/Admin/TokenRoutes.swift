import Service
import Store
import UsageLedger
import Units

/// Keys of the API. To rotate one: make the next, put it in use, revoke the old; both hold meanwhile.
enum TokenRoutes {
    static let all: [Route] = [
        Route(.get, "/admin/tokens/", for: .roles([.admin, .auditor]), list),
        Route(.post, "/admin/tokens/", for: .roles([.admin]), create),
        Route(.delete, "/admin/tokens/{token}/", for: .roles([.admin]), revoke),
    ]

    @Sendable private static func list(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let page = ListPage(&query)
        let account = query.value("account", AccountID.init)
        try query.check()
        let tokens = try await request.ledger.readers.read { service in
            try service.store.tokens().reversed().filter { account == nil || $0.account == account }
        }
        let shown = tokens.dropFirst(Int(page.offset)).prefix(page.size)
        return page.answer(
            shown.map { .object(members($0, lastUsedAt: request.ledger.keys.lastUse(of: $0.token))) },
            count: Int64(tokens.count), request: request)
    }

    private static func members(_ token: StoredToken, lastUsedAt: Instant?) -> [JSONValue.Member] {
        [
            .init("token", .string(token.token)), .init("account", .string(token.account.text)),
            .init("user", .string(token.user.text)), .init("role", .string(token.role)),
            .init("created_at", .time(token.createdAt)), .init("last_used_at", .time(lastUsedAt)),
            .init("revoked_at", .time(token.revokedAt)),
        ]
    }

    /// The secret is in this answer and nowhere else: a repeat with the same `Idempotency-Key` makes no second key and
    /// gets the same answer without it.
    @Sendable private static func create(_ request: APIRequest) async throws -> APIResponse {
        var change = try await AdminChange(request)
        let author = change.author()
        let account = change.required("account", AccountID.init)
        let user = change.required("user", UserID.init)
        if let user, user.text.isEmpty { change.note("user", "invalid_value", "user is empty") }
        let role = change.required("role") { text in
            guard let role = AccessRole(rawValue: text) else {
                let known = AccessRole.allCases.map(\.rawValue).joined(separator: ", ")
                throw ServiceError(.invalidBody, "'\(text.prefix(40))' is no role; choose from \(known)")
            }
            return role
        }
        try change.check()
        guard let account, let user, let role else {
            throw ServiceError(.invalidBody, "account, user, role are needed")
        }
        let made: (answer: StoredAnswer, secret: String?)
        do {
            made = try await request.ledger.createToken(
                account: account, user: user, role: role, by: author, once: change.repeatable
            ) { .json(.object(members($0, lastUsedAt: nil)), status: 201) }
        } catch let error as StoreError where error.code == .notFound {
            throw ServiceError(
                .unknownReference, issues: [.init(field: "account", code: "unknown_reference", message: error.message)])
        }
        guard let secret = made.secret else { return APIResponse(made.answer) }
        let stored = try JSONValue(parsing: made.answer.body)
        return .json(.object((stored.members ?? []) + [.init("secret", .string(secret))]), status: .created)
    }

    /// A DELETE has no body, so why is a parameter.
    private static func reason(_ query: inout QueryParameters) -> String? {
        guard let text = query.text("reason") else {
            query.note("reason", "reason is missing; say why in 1 to 1024 characters")
            return nil
        }
        do {
            return try AdminChange.reason(text)
        } catch {
            query.note("reason", ErrorTable.show(error).message)
            return nil
        }
    }

    @Sendable private static func revoke(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let author = Author(who: AdminChange.who(request.credential), reason: reason(&query))
        try query.check()
        try await request.ledger.revokeToken(request.part("token"), by: author)
        return .noContent
    }
}
