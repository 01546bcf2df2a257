import Service
import Store
import UsageLedger

/// What a task leaves behind and says while it runs. Nothing runs containers here yet, so that a task has none of it:
/// the answers are those for such a task.
enum OutputRoutes {
    static let all: [Route] = [
        Route(.get, "/artifacts/", for: .readers) { request in
            var query = request.query
            let page = ListPage(&query)
            try query.check()
            return page.answer([], count: 0, request: request)
        },
        Route(.get, "/artifacts/{artifact}/", for: .readers) { _ in throw Absent(what: "artifact").error },
        Route(.get, "/artifacts/{artifact}/download/", for: .readers) { _ in throw Absent(what: "artifact").error },
        Route(.get, "/tasks/{task}/download/output/", for: .readers) { request in
            try await checkTask(request)
            throw ServiceError(.notFound, "this task has no output to download")
        },
        Route(.post, "/tasks/{task}/containers/{index}/stream/", for: .users) { request in
            try await checkTask(request)
            guard request.part("index") == "0" else {
                throw ServiceError(.notFound, "a task has one container; its index is 0")
            }
            throw ServiceError(.forbidden, "task is not running")
        },
    ]

    /// Error: `not_found` for a task that isn't there, or isn't the account's.
    private static func checkTask(_ request: APIRequest) async throws {
        let id = try request.taskID, account = request.credential.account
        try await request.ledger.readers.read { try $0.store.checkTask(id, account: account) }
    }
}
