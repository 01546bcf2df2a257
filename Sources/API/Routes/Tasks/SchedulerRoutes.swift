import Service
import UsageLedger

/// What an outside scheduler has to do. It answers with events: `POST /events/`.
enum SchedulerRoutes {
    static let all: [Route] = [
        Route(.get, "/scheduler/tasks/", for: .roles([.scheduler])) { request in
            var query = request.query
            let page = ListPage(&query)
            try query.check()
            let now = request.now
            let (tasks, count) = try await request.ledger.readers.read {
                try $0.store.tasksForSchedulers(offset: page.offset, limit: Int64(page.size), now: now)
            }
            let (secrets, links) = (request.ledger.secrets, request.taskLinks)
            let shown = try tasks.map { task in
                JSONValue.object(
                    (try TaskAnswer.json(task, secrets: secrets, links: links).members ?? []) + [
                        .init("account", .string(task.account.text)), .init("user", .string(task.user.text)),
                        .init("cancel_requested", .bool(task.isAskedToEnd)),
                    ])
            }
            return page.answer(shown, count: count, request: request)
        }
    ]
}
