import Billing
import Scheduling
import Service
import Store
import UsageLedger
import Units

/// An account's limits on spending.
enum BudgetRoutes {
    static let all: [Route] = [
        Route(.get, "/budget/", for: .readers) { request in .json(try await standing(request)) },
        Route(.put, "/budget/", for: .users) { request in
            let json = try await request.json()
            let (credential, now) = (request.credential, request.now)
            try await request.ledger.writer.perform { service in
                try service.store.transaction {
                    let present = try service.store.budgetStanding(credential.account, at: now).budget
                    let (budget, issues) = BudgetAnswer.budget(json, present: present)
                    guard issues.isEmpty else { throw ServiceError(wrongFields: issues) }
                    try service.store.setBudget(
                        budget, account: credential.account, user: credential.user,
                        by: service.actor(Author(who: credential.user.text)))
                }
            }
            return .json(try await standing(request))
        },
    ]

    private static func standing(_ request: APIRequest) async throws -> JSONValue {
        let (account, now) = (request.credential.account, request.now)
        return BudgetAnswer.json(
            try await request.ledger.readers.read { try $0.store.budgetStanding(account, at: now) })
    }
}

/// A budget as the API takes and shows it.
enum BudgetAnswer {
    static func json(_ standing: BudgetStanding) -> JSONValue {
        .object([
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
                        path, .outOfRange, "\(path) must be whole yen from \(least) to \(Budget.greatestYen)"))
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
