import Service
import Store
import UsageLedger

/// What one task's end wants otherwise than the account's settings say.
enum TaskNotificationRoutes {
    static let all: [Route] = [
        Route(.put, "/tasks/{task}/notification-preference/", for: .users) { request in
            let id = try request.taskID, change = request.resourceChange
            try await request.ledger.readers.read { try $0.store.checkTask(id, account: change.account) }
            var fields = BodyFields(try await request.json())
            let isEnabled = fields.has("is_enabled") ? fields.flag("is_enabled") : nil
            let endpoints =
                fields.has("endpoint_ids")
                ? fields.ids("endpoint_ids", atMost: SettingRoutes.greatestEndpoints) : nil
            let read = fields
            try await request.ledger.writer.perform { service in
                try service.store.transaction {
                    // It may have been deleted meanwhile.
                    try service.store.checkTask(id, account: change.account)
                    try SettingRoutes.check(endpoints ?? [], read, service, of: change, as: .invalidRequest)
                    let old = try service.store.taskNotification(id, of: change.account)
                    let new = TaskNotification(
                        isEnabled: isEnabled ?? old?.isEnabled, endpointIDs: endpoints ?? old?.endpointIDs)
                    try service.store.put(new, task: id, by: change)
                }
            }
            return .json(.object([.init("ok", .bool(true))]))
        }
    ]
}
