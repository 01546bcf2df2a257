import Billing
import Scheduling
import Service
import Store
import UsageLedger
import Units

/// An account's limits on spending.
enum BudgetRoutes {
    static let all: [Route] = [
        Route(.get, "/budget/", for: .readers) { request in
            .json(try await standing(try account(request), request))
        },
        Route(.put, "/budget/", for: .users, set),
    ]

    @Sendable private static func set(_ request: APIRequest) async throws -> APIResponse {
        let account = try account(request), json = try await request.json()
        let (credential, now) = (request.credential, request.now)
        // Whoever sets another account's is named with the key.
        let who = account == credential.account ? credential.user.text : AdminChange.who(credential)
        try await request.ledger.writer.perform { service in
            try service.store.transaction {
                try check(account, service)
                let present = try service.store.budgetStanding(account, at: now).budget
                let (budget, issues) = BudgetAnswer.budget(json, present: present)
                guard issues.isEmpty else { throw ServiceError(wrongFields: issues) }
                try service.store.setBudget(
                    budget, account: account, user: credential.user, by: service.actor(Author(who: who)))
            }
        }
        return .json(try await standing(account, request))
    }

    /// Whose budget is meant. Error: `invalid_request` when the key may not name an account.
    private static func account(_ request: APIRequest) throws -> AccountID {
        var query = request.query
        let account = request.account(&query)
        try query.check()
        return account
    }

    private static func check(_ account: AccountID, _ service: LedgerService) throws {
        guard try service.store.account(account) != nil else {
            throw StoreError(.notFound, "there is no account \(account)")
        }
    }

    private static func standing(_ account: AccountID, _ request: APIRequest) async throws -> JSONValue {
        let now = request.now
        let standing = try await request.ledger.readers.read { service in
            try check(account, service)
            return try service.store.budgetStanding(account, at: now)
        }
        return BudgetAnswer.json(standing, account)
    }
}

/// A budget as the API takes and shows it.
enum BudgetAnswer {
    static func json(_ standing: BudgetStanding, _ account: AccountID) -> JSONValue {
        .object([
            .init("account", .string(account.text)),
            .init("hard_cap_yen", standing.budget.hardCap.map { .integer($0.amount) } ?? .null),
            .init("alert_yen", .array(standing.budget.alerts.map { .integer($0.amount) })),
            .init("period", .string(standing.period.description)),
            .init("used_yen", .string(standing.used.description)),
            .init("reserved_yen", .string(standing.reserved.description)),
            .init("available_yen", standing.available.map { .string($0.description) } ?? .null),
        ])
    }

    /// What a request makes of a budget; a missing key keeps what there is.
    static func budget(_ json: JSONValue, present: Budget) -> (budget: Budget, issues: [FieldIssue]) {
        guard json.members != nil else {
            return (present, [FieldIssue("", .invalidType, "the body must be an object")])
        }
        var issues: [FieldIssue] = []
        func yen(_ value: JSONValue, _ path: String, from least: Int64) -> Yen? {
            guard let amount = value.integer, (least...Budget.greatestYen).contains(amount) else {
                issues.append(
                    FieldIssue(
                        path, value.integer == nil ? .invalidType : .outOfRange,
                        "\(path) must be whole yen from \(least) to \(Budget.greatestYen), not "
                            + value.canonicalText.prefix(40)))
                return nil
            }
            return Yen(amount)
        }
        var cap = present.hardCap
        if let value = json["hard_cap_yen"] { cap = value.isNull ? nil : yen(value, "hard_cap_yen", from: 0) }
        var alerts = present.alerts
        if let value = json["alert_yen"] {
            if let elements = value.array, elements.count <= Budget.greatestAlertCount {
                alerts = elements.enumerated().compactMap { yen($0.element, "alert_yen[\($0.offset)]", from: 1) }
            } else {
                issues.append(
                    FieldIssue(
                        "alert_yen", .invalidType,
                        "alert_yen must be an array of at most \(Budget.greatestAlertCount) amounts"))
            }
        }
        return (Budget(hardCap: cap, alerts: alerts), issues)
    }
}
