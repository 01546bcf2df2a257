import Billing
import Service
import Store
import UsageLedger
import Units

/// Accounts, prices and credits, and every change of them with who and why.
enum SetUpRoutes {
    static let all: [Route] = [
        Route(.get, "/admin/prices/", for: .overseers, prices),
        Route(.post, "/admin/prices/", for: .officers, addPrice),
        Route(.get, "/admin/accounts/", for: .overseers, accounts),
        Route(.post, "/admin/accounts/", for: .officers, saveAccount),
        Route(.get, "/admin/credits/", for: .overseers, credits),
        Route(.post, "/admin/credits/", for: .officers, grantCredit),
    ]

    // MARK: Prices

    @Sendable private static func prices(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let page = ListPage(&query)
        let plan = query.value("plan", PlanID.init), account = query.value("account", AccountID.init)
        let day = query.value("day", CivilDay.init(text:))
        try query.check()
        let rows = try await request.ledger.readers.read { service in
            try service.store.priceRows().filter { row in
                (plan == nil || row.plan == plan) && (account == nil || row.account == account)
                    && day.map(row.covers) ?? true
            }.sorted { $0.position > $1.position }
        }
        let shown = rows.dropFirst(Int(page.offset)).prefix(page.size)
        return page.answer(shown.map(\.jsonValue), count: Int64(rows.count), request: request)
    }

    /// Posted again for the same plan, account and first day, an unused row is replaced and a used one gets its end.
    @Sendable private static func addPrice(_ request: APIRequest) async throws -> APIResponse {
        var change = try await AdminChange(request)
        let author = change.author()
        let entry = SetUpEntry.price(change.body), declaration = try change.declaration(entry)
        try change.check()
        guard let declared = declaration?.prices.first?.value else {
            throw ServiceError(.invalidBody, "the body declares no price")
        }
        return try await change.perform { service in
            let applied = try service.apply(entry, by: author)
            let row = try service.store.priceRows().last {
                $0.plan == declared.plan && $0.account == declared.account && $0.from == declared.from
            }
            return (applied.changes.isEmpty ? 200 : 201, (row ?? declared).jsonValue)
        }
    }

    // MARK: Accounts

    @Sendable private static func accounts(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let page = ListPage(&query)
        try query.check()
        let found = try await request.ledger.readers.read {
            try $0.store.accounts(offset: page.offset, limit: page.size)
        }
        return page.answer(found.accounts.map(account), count: found.count, request: request)
    }

    @Sendable private static func saveAccount(_ request: APIRequest) async throws -> APIResponse {
        var change = try await AdminChange(request)
        let author = change.author()
        let entry = SetUpEntry.account(change.body), declaration = try change.declaration(entry)
        try change.check()
        guard let id = declaration?.accounts.first?.value.id else {
            throw ServiceError(.invalidBody, "the body declares no account")
        }
        return try await change.perform { service in
            let isNew = try service.store.account(id) == nil
            let applied = try service.apply(entry, by: author)
            guard let saved = try service.store.registeredAccount(id) else {
                throw StoreError(.internal, "account \(id) was saved and isn't there")
            }
            let warnings = applied.warnings.map { JSONValue.string($0.message) }
            return (
                isNew ? 201 : 200, .object((account(saved).members ?? []) + [.init("warnings", .array(warnings))])
            )
        }
    }

    private static func account(_ registered: RegisteredAccount) -> JSONValue {
        let account = registered.account
        return .object([
            .init("id", .string(account.id.text)), .init("name", .string(account.name)),
            .init("users", .array(registered.users.map { .string($0.text) })),
            .init("postal_code", .string(account.postalCode)), .init("address", .string(account.address)),
            .init("department", .string(account.department)),
            .init("registration_number", .string(account.registrationNumber)),
            .init("email", .string(account.email)), .init("payment", .string(account.payment.rawValue)),
            .init("country", .string(account.country)), .init("version", .integer(account.version)),
        ])
    }

    // MARK: Credits

    @Sendable private static func credits(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let page = ListPage(&query)
        let account = query.value("account", AccountID.init)
        try query.check()
        let found = try await request.ledger.readers.read { try $0.store.credits(of: account).reversed() }
        let shown = Array(found).dropFirst(Int(page.offset)).prefix(page.size)
        return page.answer(shown.map(credit), count: Int64(found.count), request: request)
    }

    /// The reason is printed with the credit too.
    @Sendable private static func grantCredit(_ request: APIRequest) async throws -> APIResponse {
        var change = try await AdminChange(request)
        let author = change.author()
        let entry = SetUpEntry.credit(change.body), declaration = try change.declaration(entry)
        try change.check()
        guard let account = declaration?.credits.first?.value.credit.account else {
            throw ServiceError(.invalidBody, "the body declares no credit")
        }
        return try await change.perform { service in
            _ = try service.apply(entry, by: author)
            guard let granted = try service.store.credits(of: account).last else {
                throw StoreError(.internal, "a credit of \(account) was granted and isn't there")
            }
            return (201, credit(granted))
        }
    }

    private static func credit(_ balance: CreditBalance) -> JSONValue {
        let credit = balance.granted.credit
        return .object([
            .init("credit", .integer(credit.position)), .init("account", .string(credit.account.text)),
            .init("yen", .yen(credit.yen)), .init("used_yen", .yen(balance.used)),
            .init("left_yen", .yen(balance.left)), .init("from", .day(credit.from)), .init("to", .day(credit.to)),
            .init("plans", .array(credit.plans.map { .string($0.text) })),
            .init("reason", .string(balance.granted.reason)),
        ])
    }
}
