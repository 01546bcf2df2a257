import Service
import UsageLedger

/// What a task may run on.
enum PlanRoutes {
    static let all: [Route] = [
        Route(.get, "/plans/", for: .roles(Set(AccessRole.allCases))) { request in
            var query = request.query
            let page = ListPage(&query)
            try query.check()
            let plans = try await request.ledger.readers.read {
                try $0.store.setUp().plans.values.sorted { $0.id < $1.id }
            }
            let shown = plans.dropFirst(Int(page.offset)).prefix(page.size)
            return page.answer(
                shown.map { plan in
                    .object([
                        .init("id", .string(plan.id.text)), .init("name", .string(plan.name)),
                        .init("minimum_execution_seconds", .integer(plan.minimumExecutionSeconds)),
                    ])
                }, count: Int64(plans.count), request: request)
        }
    ]
}
