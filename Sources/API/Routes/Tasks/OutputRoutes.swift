import Service
import Store
import UsageLedger

/// What a task leaves behind and says while it runs.
enum OutputRoutes {
    static let all: [Route] = [
        Route(.get, "/artifacts/", for: .readers) { request in
            var query = request.query
            let page = ListPage(&query)
            let task = query.text("task")
            try query.check()
            let account = request.credential.account, now = request.now
            let found = try await request.ledger.readers.read {
                try $0.store.artifacts(of: account, task: task, offset: page.offset, limit: page.size, now: now)
            }
            return page.answer(found.rows.map(ArtifactAnswer.json), count: found.count, request: request)
        },
        Route(.get, "/artifacts/{artifact}/", for: .readers) { request in
            .json(ArtifactAnswer.json(try await artifact(request)))
        },
        Route(.get, "/artifacts/{artifact}/download/", for: .readers) { request in
            try request.link(.artifact, of: try await artifact(request).task)
        },
        Route(.get, "/tasks/{task}/download/output/", for: .readers) { request in
            try await checkTask(request)
            let id = try request.taskID, account = request.credential.account, now = request.now
            let isKept = try await request.ledger.readers.read {
                try $0.store.hasOutput(of: id, account: account, now: now)
            }
            guard isKept else {
                throw ServiceError(.notFound, "this task has no output to download")
            }
            return try request.link(.output, of: id)
        },
    ]

    /// Error: `not_found` for one that isn't there, has expired, or isn't the account's.
    private static func artifact(_ request: APIRequest) async throws -> Artifact {
        let id = request.part("artifact"), account = request.credential.account, now = request.now
        let found = try await request.ledger.readers.read { try $0.store.artifact(id, of: account, now: now) }
        guard let found else { throw Absent(what: "artifact").error }
        return found
    }

    /// Error: `not_found` for a task that isn't there, or isn't the account's.
    private static func checkTask(_ request: APIRequest) async throws {
        let id = try request.taskID, account = request.credential.account
        try await request.ledger.readers.read { try $0.store.checkTask(id, account: account) }
    }
}
