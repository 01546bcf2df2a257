import Billing
import Service
import Store
import UsageLedger
import Units

/// Drafting and issuing a month.
enum ClosingRoutes {
    static let all: [Route] = [
        Route(.post, "/admin/closings/", for: .officers, close),
        Route(.get, "/admin/closings/{period}/", for: .overseers, show),
    ]

    @Sendable private static func show(_ request: APIRequest) async throws -> APIResponse {
        let period = try BillingPeriod(text: request.part("period"))
        return .json(ClosingAnswer.json(try await request.ledger.closingState(of: period), period))
    }

    @Sendable private static func close(_ request: APIRequest) async throws -> APIResponse {
        var change = try await AdminChange(request)
        let period = change.required("period", BillingPeriod.init(text:))
        let isIssue = change.required("action") { text in
            guard ["draft", "issue"].contains(text) else {
                throw ServiceError(.invalidBody, "action is draft or issue, not '\(text.prefix(40))'")
            }
            return text == "issue"
        }
        let issueDay = change.value("issue_day", CivilDay.init(text:))
        let acceptances = acceptances(&change)
        guard isIssue == true else {
            _ = change.value("reason", AdminChange.reason)
            try change.check()
            guard let period else { throw ServiceError(.invalidBody, "period is missing") }
            return .json(ClosingAnswer.json(try await request.ledger.draft(period: period), period))
        }
        let author = change.author()
        try change.check()
        guard let period else { throw ServiceError(.invalidBody, "period is missing") }
        let asked = IssueRequest(
            period: period, issueDay: issueDay ?? CivilDay(request.now), acceptances: acceptances)
        do {
            return APIResponse(
                try await request.ledger.issue(asked, by: author, once: change.repeatable) { outcome, tax in
                    .json(ClosingAnswer.json(outcome, tax: tax), status: 200)
                })
        } catch {
            throw AdminChange.namingIssueDay(error)
        }
    }

    /// Item → reason.
    private static func acceptances(_ change: inout AdminChange) -> [String: String] {
        guard let value = change.body["accept"], !value.isNull else { return [:] }
        guard let items = value.array, items.count <= 10_000 else {
            change.note("accept", "invalid_type", "accept must be an array of at most 10,000 items with reasons")
            return [:]
        }
        var found: [String: String] = [:]
        for (index, entry) in items.enumerated() {
            let place = "accept[\(index)]"
            guard let item = entry["item"]?.string, let reason = entry["reason"]?.string else {
                change.note(place, "required", "\(place) must name an item and a reason")
                continue
            }
            do {
                guard found.updateValue(try AdminChange.reason(reason), forKey: item) == nil else {
                    change.note(place, "invalid_value", "\(place) names '\(item.prefix(80))' a second time")
                    continue
                }
            } catch {
                change.note("\(place).reason", "invalid_value", "\(place): \(ErrorTable.show(error).message)")
            }
        }
        return found
    }
}
