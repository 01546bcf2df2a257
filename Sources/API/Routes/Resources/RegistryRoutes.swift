import Service
import Store
import UsageLedger
import Webhooks

/// Logins for private images. A password goes in and never comes out.
enum RegistryRoutes {
    private static let absent = Absent(what: "registry")

    static let all: [Route] = [
        Route(.get, "/registries/", for: .readers) { request in
            let account = request.credential.account
            return try await request.list(
                { try $0.store.registries(of: account, offset: $1, limit: $2) }, as: json)
        },
        Route(.post, "/registries/", for: .users) { request in
            let (fields, repeatable) = try await request.fieldsToCreate()
            let id = request.ledger.environment.makeID()
            let registry = try registry(id, fields, request), change = request.resourceChange
            let answer = try await request.ledger.writer.perform(once: repeatable) { service in
                try service.store.add(registry, by: change)
                return .json(json(try absent.unwrap(service.store.registry(id, of: change.account))), status: 201)
            }
            return APIResponse(answer)
        },
        Route(.get, "/registries/{registry}/", for: .readers) { request in
            let id = request.part("registry"), account = request.credential.account
            return .json(
                json(try absent.unwrap(await request.ledger.readers.read { try $0.store.registry(id, of: account) })))
        },
        Route(.put, "/registries/{registry}/", for: .users) { request in
            let id = request.part("registry"), change = request.resourceChange
            let exists = try await request.ledger.readers.read { try $0.store.registry(id, of: change.account) != nil }
            try absent.check(exists)
            let registry = try registry(id, BodyFields(try await request.json()), request)
            return .json(
                json(
                    try await request.ledger.writer.perform { service in
                        try absent.check(service.store.replace(registry, by: change))
                        return try absent.unwrap(service.store.registry(id, of: change.account))
                    }))
        },
        Route(.delete, "/registries/{registry}/", for: .users) { request in
            let id = request.part("registry"), account = request.credential.account
            try absent.check(await request.ledger.writer.perform { try $0.store.removeRegistry(id, of: account) })
            return .noContent
        },
    ]

    private static func registry(_ id: String, _ fields: BodyFields, _ request: APIRequest) throws -> Registry {
        var fields = fields
        let hostname = fields.text("hostname", characters: 1...255)
        let username = fields.text("username", characters: 1...255)
        let password = fields.text("password", characters: 1...4096)
        if !hostname.isEmpty {
            do throws(WebhookError) {
                try RegistryHost.check(hostname, request.ledger.outgoing.rules)
            } catch {
                fields.note("hostname", error.code.rawValue, error.message)
            }
        }
        try fields.check()
        let sealed = try request.ledger.secrets.seal(password, for: Registry.place(of: id))
        return Registry(
            id: id, hostname: hostname, username: username, sealedPassword: sealed, times: ResourceTimes(request.now))
    }

    private static func json(_ registry: Registry) -> JSONValue {
        .object(
            [
                .init("id", .string(registry.id)), .init("hostname", .string(registry.hostname)),
                .init("username", .string(registry.username)),
            ]
                + registry.times.members)
    }
}
