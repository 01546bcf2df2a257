import Foundation
import HTTPTypes
import Scheduling
import Service
import Store
import UsageLedger
import Units

/// Tasks: handed in, looked at, ended, deleted. What runs them is elsewhere and speaks through events.
enum TaskRoutes {
    static let all: [Route] = [
        Route(.get, "/tasks/", for: .readers, list),
        Route(.post, "/tasks/", for: .users, create),
        Route(.get, "/tasks/{task}/", for: .readers, isShared: true) { request in
            let id = try request.taskID
            let (account, now) = (request.credential.account, request.now)
            let task = try await request.ledger.readers.read { try $0.store.task(id, account: account, now: now) }
            return .json(try TaskAnswer.json(task, secrets: request.ledger.secrets, links: request.taskLinks))
        },
        Route(.delete, "/tasks/{task}/", for: .users) { request in
            let (id, credential) = (try request.taskID, request.credential)
            try await request.ledger.writer.perform { try $0.deleteTask(id, by: credential) }
            return .noContent
        },
        Route(.post, "/tasks/{task}/cancel/", for: .users) { request in
            let (id, credential) = (try request.taskID, request.credential)
            let repeatable = try await request.repeatable(try await request.body())
            let (secrets, links) = (request.ledger.secrets, request.taskLinks)
            return APIResponse(
                try await request.ledger.writer.perform(once: repeatable) { service in
                    .json(try TaskAnswer.json(service.cancelTask(id, by: credential), secrets: secrets, links: links))
                })
        },
    ]

    /// Errors, in order: `invalid_json`, `invalid_body` with every wrong field, `budget_exceeded`.
    @Sendable private static func create(_ request: APIRequest) async throws -> APIResponse {
        let body = try await request.body()
        let repeatable = try await request.repeatable(body)
        let json = try JSONValue(parsingRequest: body)
        let (credential, settings, secrets) = (request.credential, request.settings.tasks, request.ledger.secrets)
        let submission = try await request.ledger.readers.read { service in
            let plans = try service.store.planIDs()
            let (submission, issues) = SubmissionCheck.read(
                json, isKnownPlan: plans.contains,
                registryHost: { try? service.store.registry($0, of: credential.account)?.hostname })
            guard let submission else { throw ServiceError(wrongFields: issues) }
            // What can't fit needn't wait for the writer, which decides.
            if repeatable == nil {
                try service.store.checkBudget(
                    account: credential.account, plan: submission.container.plan,
                    limitSeconds: submission.limitSeconds(cap: settings.capSeconds), at: service.environment.now())
            }
            return submission
        }
        let links = request.taskLinks
        let answer = try await request.ledger.writer.perform(once: repeatable) { service in
            let task = try service.submit(submission, by: credential, settings: settings, secrets: secrets)
            return .json(try TaskAnswer.json(task, secrets: secrets, links: links), status: 201)
        }
        return APIResponse(answer)
    }

    @Sendable private static func list(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let page = ListPage(&query)
        let carriesArtifacts = query.flag("include_artifact") ?? true
        let filter = TaskFilter(&query)
        try query.check()
        let (account, now) = (request.credential.account, request.now)
        let (tasks, count) = try await request.ledger.readers.read {
            try $0.store.tasks(of: account, filter, offset: page.offset, limit: Int64(page.size), now: now)
        }
        let (secrets, links) = (request.ledger.secrets, request.taskLinks)
        return page.answer(
            try tasks.map {
                try TaskAnswer.json($0, secrets: secrets, links: links, carriesArtifact: carriesArtifacts)
            }, count: count, request: request)
    }
}

extension TaskFilter {
    static let greatestWords = 10

    /// Wrong values are noted in the query.
    init(_ query: inout QueryParameters) {
        self.init()
        words = Self.list(query.text("tasks") ?? "") { $0 == "," || $0.isWhitespace }
        if words.count > Self.greatestWords {
            query.note("tasks", "it has \(words.count) words; send at most \(Self.greatestWords)")
        }
        for name in Self.list(query.text("status") ?? "") {
            if let status = TaskStatus(rawValue: name) {
                statuses.insert(status)
            } else {
                let known = TaskStatus.allCases.map(\.rawValue).joined(separator: ", ")
                query.note("status", "'\(name.prefix(40))' is no status; known are \(known)")
            }
        }
        plans = Set(query.value("plan") { try Self.list($0).map { try PlanID($0) } } ?? [])
        if plans.count > 100 { query.note("plan", "it names \(plans.count) plans; send at most 100") }
        tag = query.text("tag")
        createdAfter = query.value("created_after") { try Instant(rfc3339: $0) }
        createdBefore = query.value("created_before") { try Instant(rfc3339: $0) }
    }

    private static func list(_ text: String, apart: (Character) -> Bool = { $0 == "," }) -> [String] {
        text.split(whereSeparator: apart).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}

extension APIRequest {
    /// The task that the path names. Error: `not_found` for what can't be a task's id.
    var taskID: TaskID {
        get throws {
            guard let id = try? TaskID(part("task")) else {
                throw StoreError(.notFound, "there is no task '\(part("task").prefix(70))'")
            }
            return id
        }
    }
}

extension ServiceError {
    /// A body with wrong fields, all of them.
    init(wrongFields issues: [FieldIssue]) {
        self.init(
            .invalidBody, issues.map(\.message).joined(separator: "; "),
            issues: issues.map { Issue(field: $0.field, code: $0.code.rawValue, message: $0.message) })
    }
}
