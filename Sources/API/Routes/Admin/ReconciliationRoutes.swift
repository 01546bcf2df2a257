import Service
import Store
import UsageLedger

/// Comparing the log with a scheduler's own list, or with the engines' containers, while the server runs.
enum ReconciliationRoutes {
    static let all: [Route] = [Route(.post, "/admin/reconciliations/", for: .officers, compare)]

    /// What differs is recorded as `kanjo reconcile` records it; the same again records nothing.
    @Sendable private static func compare(_ request: APIRequest) async throws -> APIResponse {
        var change = try await AdminChange(request)
        let author = change.author()
        guard let list = AskedList.request(&change) else {
            try change.check()
            return try await compareEngines(request, change, author)
        }
        try change.check()
        return try await change.perform { service in
            var unused: [IngestIssue] = []
            let compared = try service.reconcile(list, by: author) { unused.append($0) }
            return (200, ReconciliationAnswer.json(compared, unused: unused))
        }
    }

    private static func compareEngines(
        _ request: APIRequest, _ change: AdminChange, _ author: Author
    ) async throws -> APIResponse {
        guard let asked = await request.ledger.engines.askContainers() else {
            let words = "this server has no engine (engine.hosts); send the list of a scheduler"
            throw ServiceError(
                .invalidBody, words, issues: [.init(field: "engines", code: "invalid_value", message: words)])
        }
        return try await change.perform { service in
            let compared = try service.reconcile(asked, by: author)
            return (200, ReconciliationAnswer.json(compared, silent: asked.failures))
        }
    }
}
