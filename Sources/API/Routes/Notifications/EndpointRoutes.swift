import Service
import Store
import UsageLedger
import Webhooks

/// Where an account wants to be told.
enum EndpointRoutes {
    private static let absent = Absent(what: "notification endpoint")

    static let all: [Route] = [
        Route(.get, "/notification/endpoints/", for: .readers) { request in
            let account = request.credential.account
            return try await request.list(
                { try $0.store.notificationEndpoints(of: account, offset: $1, limit: $2) }, as: \.jsonValue)
        },
        Route(.post, "/notification/endpoints/", for: .users) { request in
            var (fields, repeatable) = try await request.fieldsToCreate()
            let type = type(&fields), address = address(&fields, request)
            try fields.check()
            let ledger = request.ledger, change = request.resourceChange
            let answer = try await ledger.writer.perform(once: repeatable) { service in
                let (endpoint, secret) = try service.addWebhookEndpoint(
                    type: type, address: address, secrets: ledger.secrets, by: change)
                let members = endpoint.jsonValue.members ?? []
                return .json(.object(members + [.init("secret", .string(secret))]), status: 201)
            }
            return APIResponse(answer)
        },
        Route(.get, "/notification/endpoints/{endpoint}/", for: .readers) { request in
            .json(try await endpoint(request).jsonValue)
        },
        Route(.put, "/notification/endpoints/{endpoint}/", for: .users, change),
        Route(.patch, "/notification/endpoints/{endpoint}/", for: .users, change),
        Route(.delete, "/notification/endpoints/{endpoint}/", for: .users) { request in
            let id = id(request), account = request.credential.account
            try absent.check(
                await request.ledger.writer.perform { try $0.store.removeNotificationEndpoint(id, of: account) })
            return .noContent
        },
    ]

    /// What is left out stays; read and written in one turn of the writer.
    private static let change: Route.Handler = { request in
        let id = id(request), body = try await request.json()
        let change = request.resourceChange
        return .json(
            try await request.ledger.writer.perform { service in
                let old = try absent.unwrap(service.store.notificationEndpoint(id, of: change.account))
                var fields = BodyFields(body)
                let type = fields.has("endpoint_type") ? type(&fields) : old.type
                let address = fields.has("address") ? address(&fields, request) : old.address
                try fields.check()
                let changed = try service.store.changeNotificationEndpoint(
                    id, type: type, address: address, by: change)
                return try absent.unwrap(changed).jsonValue
            })
    }

    /// 0, which no endpoint has, for what is no id as we write them.
    private static func id(_ request: APIRequest) -> Int64 {
        let text = request.part("endpoint")
        return Int64(text).flatMap { "\($0)" == text ? $0 : nil } ?? 0
    }

    private static func endpoint(_ request: APIRequest) async throws -> NotificationEndpoint {
        let id = id(request), account = request.credential.account
        return try absent.unwrap(
            await request.ledger.readers.read { try $0.store.notificationEndpoint(id, of: account) })
    }

    private static func type(_ fields: inout BodyFields) -> String {
        let type = fields.text("endpoint_type", characters: 1...64)
        if !type.isEmpty, type != "webhook" {
            fields.note("endpoint_type", "invalid_value", "endpoint_type must be webhook")
        }
        return type
    }

    /// Where a name leads is asked again with every message.
    private static func address(_ fields: inout BodyFields, _ request: APIRequest) -> String {
        let address = fields.text("address", characters: 1...2048)
        guard !address.isEmpty else { return "" }
        do throws(WebhookError) {
            _ = try WebhookTarget(address, request.ledger.outgoing.rules)
        } catch {
            fields.note("address", error.code.rawValue, error.message)
        }
        return address
    }
}

extension NotificationEndpoint {
    var jsonValue: JSONValue {
        .object(
            [
                .init("id", .integer(id)), .init("endpoint_type", .string(type)), .init("address", .string(address)),
                .init("is_verified", .bool(isVerified)),
            ]
                + times.members)
    }
}
