import Service
import Store
import UsageLedger
import Units

/// What was used, and what it costs exactly: the same slices as preview and invoice.
enum UsageRoutes {
    static let all: [Route] = [
        Route(.get, "/usage/", for: .readers, isShared: true, usage),
        Route(.get, "/usage/tasks/{task}/", for: .readers, task),
    ]

    @Sendable private static func usage(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let page = ListPage(&query)
        let asked = usageRequest(request, &query)
        try query.check()
        // Sums by day answer at once; what walks runs or events has threads of its own.
        let threads = asked.isShort ? request.ledger.readers : request.ledger.reporters
        let answer = try await threads.read { try $0.usage(asked, offset: page.offset, limit: page.size) }
        let facts: [JSONValue.Member] = [
            .init("from", .string(asked.from.description)), .init("to", .string(asked.to.description)),
            .init("group_by", .array(asked.groups.map { .string($0.rawValue) })),
            .init("total", .object(answer.total.members)), .init("watermark", answer.watermark.jsonValue),
        ]
        // Without groups there is one row, of all.
        guard !asked.groups.isEmpty else {
            return page.answer([.object(answer.total.members)], count: 1, request: request, with: facts)
        }
        let rows = answer.rows.map { row in
            JSONValue.object(
                zip(asked.groups, row.values).map { .init($0.rawValue, .string($1)) } + row.sum.members)
        }
        return page.answer(rows, count: answer.count, request: request, with: facts)
    }

    private static func usageRequest(_ request: APIRequest, _ query: inout QueryParameters) -> UsageRequest {
        let scope = request.scope(narrowedBy: &query), thisMonth = CivilDay(request.now).period
        let user = query.value("user", UserID.init)
        let seesAll = request.credential.role.seesAllAccounts
        let offered = UsageGroup.allCases.filter { seesAll || $0 != .account }
        let groups = query.value("group_by") { try UsageRequest.groups(parsing: $0, from: offered) } ?? []
        let asOf = query.value("as_of", AsOf.parse)
        let period = query.value("period", BillingPeriod.init(text:))
        var from = query.value("from", CivilDay.init(text:)), to = query.value("to", CivilDay.init(text:))
        if period != nil, from != nil || to != nil { query.note("period", "give period, or from and to, not both") }
        if (query.text("from") == nil) != (query.text("to") == nil) {
            query.note(query.text("from") == nil ? "from" : "to", "give both days or none")
        }
        if let from, let to, from > to { query.note("to", "\(to) lies before from, \(from)") }
        from = from ?? (period ?? thisMonth).firstDay
        to = to ?? (period ?? thisMonth).lastDay
        return UsageRequest(
            scope: scope, user: user, from: from ?? .first, to: to ?? .last, groups: groups, asOf: asOf)
    }

    /// Pages are pages of events, each with its proof.
    @Sendable private static func task(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let page = ListPage(&query), asOf = query.value("as_of", AsOf.parse)
        try query.check()
        let task = try request.task("task"), scope = request.credential.scope
        return try await request.ledger.readers.read { service in
            let (usage, watermark) = try service.usage(ofTask: task, scope: scope, asOf: asOf)
            let events = Array(usage.events.dropFirst(Int(page.offset)).prefix(page.size))
            let bodies = try events.map { try service.store.eventBody(at: $0.position) }
            let proven = try service.prove(events.map(\.position), size: usage.position)
            let meta = page.meta(count: Int64(usage.events.count), request: request)
            return .json(
                .object(
                    TaskUsageAnswer.members(usage, watermark) + [
                        .init("meta", meta), .init("events", TaskUsageAnswer.events(events, bodies, proven)),
                        .init("checkpoint", ProofAnswer.json(proven.checkpoint)),
                    ]))
        }
    }
}
