import Billing
import Service
import Store
import UsageLedger
import Units

/// What can't be billed as it stands, and a person's decision about it.
enum AnomalyRoutes {
    static let all: [Route] = [
        Route(.get, "/admin/anomalies/", for: .overseers, list),
        Route(.post, "/admin/anomalies/", for: .officers, resolve),
    ]

    @Sendable private static func list(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let page = ListPage(&query)
        try query.check()
        let now = request.now
        let open = try await request.ledger.reporters.read { try $0.store.anomalies(at: now) }
        let rows = open.runs.map(run) + open.prices.map(price)
        let shown = rows.dropFirst(Int(page.offset)).prefix(page.size)
        return page.answer(Array(shown), count: Int64(rows.count), request: request)
    }

    private static func run(_ anomaly: RunAnomaly) -> JSONValue {
        .object([
            .init("kind", .string(anomaly.kind.rawValue)), .init("task", .string(anomaly.task.text)),
            .init("attempt", .integer(anomaly.run.attempt)), .init("account", .text(anomaly.run.account?.text)),
            .init("plan", .text(anomaly.run.plan?.text)), .init("day", .null),
            .init("started_at", .time(anomaly.run.startedAt)), .init("stopped_at", .time(anomaly.run.stoppedAt)),
            .init("billed", .bool(anomaly.run.canBill && anomaly.kind.statesAmount)),
            .init("what_to_do", .string(anomaly.kind.remedy)),
        ])
    }

    /// Use of a day without a single price: a matter of an account and a plan, of no run alone.
    private static func price(_ item: GateItem) -> JSONValue {
        // kind:account:plan:day; none of them holds a colon.
        let parts = item.name.split(separator: ":").map { JSONValue.string(String($0)) }
        return .object([
            .init("kind", parts[0]), .init("task", .null), .init("attempt", .null), .init("account", parts[1]),
            .init("plan", parts[2]), .init("day", parts[3]), .init("started_at", .null), .init("stopped_at", .null),
            .init("billed", .bool(false)), .init("what_to_do", .string(item.message)),
        ])
    }

    @Sendable private static func resolve(_ request: APIRequest) async throws -> APIResponse {
        var change = try await AdminChange(request)
        let author = change.author()
        let task = change.required("task", TaskID.init)
        let attempt = change.integer("attempt", in: 1...9_007_199_254_740_991) ?? 1
        let action = change.required("action", Action.init(parsing:))
        let resolution = action.map { $0.resolution(&change) }
        try change.check()
        guard let task, let resolution else { throw ServiceError(.invalidBody, "task and action are needed") }
        return try await change.perform { service in
            let recorded: RecordedResolution
            do {
                recorded = try service.resolve(task: task, attempt: attempt, as: resolution, by: author)
            } catch let error as EventError {
                throw ServiceError(
                    .invalidBody, error.message,
                    issues: [.init(field: error.field, code: error.code.rawValue, message: error.message)])
            }
            return (
                201,
                .object([
                    .init("type", .string(recorded.type.name)), .init("position", .integer(recorded.position)),
                    .init("remaining", .array(recorded.remaining.map { .string($0.rawValue) })),
                ])
            )
        }
    }

    private enum Action: String {
        case waive
        case restate

        init(parsing text: String) throws {
            guard let action = Action(rawValue: text) else {
                throw ServiceError(.invalidBody, "action is waive or restate, not '\(text.prefix(40))'")
            }
            self = action
        }

        func resolution(_ change: inout AdminChange) -> Resolution {
            switch self {
            case .waive:
                change.refuse(["started_at", "stopped_at", "account", "user", "plan", "gpus"], of: "restate")
                let from = change.value("from", Instant.init(rfc3339:)), to = change.value("to", Instant.init(rfc3339:))
                if let from, let to, from >= to { change.note("to", "invalid_value", "to must lie after from") }
                return .waive(from: from, to: to)
            case .restate:
                change.refuse(["from", "to"], of: "waive")
                let restatement = Restatement(
                    startedAt: change.value("started_at", Instant.init(rfc3339:)),
                    stoppedAt: change.value("stopped_at", Instant.init(rfc3339:)),
                    identity: NamedIdentity(
                        account: change.value("account", AccountID.init), user: change.value("user", UserID.init),
                        plan: change.value("plan", PlanID.init)),
                    gpus: change.value("gpus", GPUQuantity.init(decimal:)))
                if restatement.isEmpty, change.issues.isEmpty {
                    change.note("action", "invalid_value", "say what the run really was: give at least one value")
                }
                return .restate(restatement)
            }
        }
    }
}
