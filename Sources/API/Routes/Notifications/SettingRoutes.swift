import Service
import Store
import UsageLedger
import Units

/// What an account wants to be told, and at which endpoints.
enum SettingRoutes {
    private static let absent = Absent(what: "notification setting")
    static let greatestEndpoints = 100

    static let all: [Route] = [
        Route(.get, "/notification/settings/", for: .readers) { request in
            let account = request.credential.account
            return try await request.list(
                { service, offset, limit in
                    let page = try service.store.notificationSettings(of: account, offset: offset, limit: limit)
                    let endpoints = try service.store.notificationEndpoints(of: account).rows
                    return ResourcePage(rows: page.rows.map { json($0, endpoints) }, count: page.count)
                }, as: { $0 })
        },
        Route(.post, "/notification/settings/", for: .users) { request in
            var (fields, repeatable) = try await request.fieldsToCreate()
            let setting = setting(request.ledger.environment.makeID(), &fields, old: nil, request.now)
            let change = request.resourceChange
            let read = fields
            let answer = try await request.ledger.writer.perform(once: repeatable) { service in
                try check(setting.endpointIDs, read, service, of: change)
                try service.store.add(setting, by: change)
                return .json(try shown(setting.id, service, of: change), status: 201)
            }
            return APIResponse(answer)
        },
        Route(.get, "/notification/settings/{setting}/", for: .readers) { request in
            let id = request.part("setting"), change = request.resourceChange
            return .json(try await request.ledger.readers.read { try shown(id, $0, of: change) })
        },
        Route(.put, "/notification/settings/{setting}/", for: .users) { try await replace($0, isPart: false) },
        Route(.patch, "/notification/settings/{setting}/", for: .users) { try await replace($0, isPart: true) },
        Route(.delete, "/notification/settings/{setting}/", for: .users) { request in
            let id = request.part("setting"), account = request.credential.account
            try absent.check(
                await request.ledger.writer.perform { try $0.store.removeNotificationSetting(id, of: account) })
            return .noContent
        },
    ]

    /// Read and written in one turn of the writer.
    ///
    /// - Parameter isPart: what is left out stays.
    private static func replace(_ request: APIRequest, isPart: Bool) async throws -> APIResponse {
        let id = request.part("setting"), change = request.resourceChange, now = request.now
        let body = try await request.json()
        return .json(
            try await request.ledger.writer.perform { service in
                try service.store.transaction {
                    let old = try absent.unwrap(service.store.notificationSetting(id, of: change.account))
                    var fields = BodyFields(body)
                    let setting = setting(id, &fields, old: isPart ? old : nil, now)
                    try check(setting.endpointIDs, fields, service, of: change)
                    try absent.check(service.store.replace(setting, by: change))
                    return try shown(id, service, of: change)
                }
            })
    }

    private static func setting(
        _ id: String, _ fields: inout BodyFields, old: NotificationSetting?, _ now: Instant
    ) -> NotificationSetting {
        var eventType = old?.eventType ?? .taskCompleted
        if old == nil || fields.has("event_type") {
            let text = fields.text("event_type", characters: 1...64)
            if let known = NotificationEventType(rawValue: text) {
                eventType = known
            } else if !text.isEmpty {
                let known = NotificationEventType.allCases.map(\.rawValue).joined(separator: ", ")
                fields.note("event_type", "invalid_value", "event_type must be one of \(known)")
            }
        }
        return NotificationSetting(
            id: id, eventType: eventType,
            isEnabled: fields.has("is_enabled") || old == nil ? fields.flag("is_enabled") : old?.isEnabled ?? false,
            endpointIDs: fields.has("endpoint_ids") || old == nil
                ? fields.ids("endpoint_ids", atMost: greatestEndpoints) : old?.endpointIDs ?? [],
            times: ResourceTimes(now))
    }

    /// Error: `invalid_body`, unless told otherwise, with all that was wrong; endpoints that aren't the account's
    /// included.
    static func check(
        _ ids: [Int64], _ fields: BodyFields, _ service: LedgerService, of change: ResourceChange,
        as code: ServiceError.Code = .invalidBody
    ) throws {
        var fields = fields
        for (index, id) in ids.enumerated()
        where try service.store.notificationEndpoint(id, of: change.account) == nil {
            fields.note("endpoint_ids[\(index)]", "unknown_endpoint", "there is no notification endpoint \(id)")
        }
        try fields.check(code)
    }

    private static func shown(_ id: String, _ service: LedgerService, of change: ResourceChange) throws -> JSONValue {
        let setting = try absent.unwrap(service.store.notificationSetting(id, of: change.account))
        let endpoints = try setting.endpointIDs.compactMap {
            try service.store.notificationEndpoint($0, of: change.account)
        }
        return json(setting, endpoints)
    }

    /// - Parameter endpoints: the setting's, and perhaps others.
    private static func json(_ setting: NotificationSetting, _ endpoints: [NotificationEndpoint]) -> JSONValue {
        let own = endpoints.filter { setting.endpointIDs.contains($0.id) }.sorted { $0.id < $1.id }
        return .object(
            [
                .init("id", .string(setting.id)), .init("event_type", .string(setting.eventType.rawValue)),
                .init("is_enabled", .bool(setting.isEnabled)),
                .init("endpoint_ids", .array(setting.endpointIDs.map(JSONValue.integer))),
                .init("endpoints", .array(own.map(\.jsonValue))),
            ]
                + setting.times.members)
    }
}
