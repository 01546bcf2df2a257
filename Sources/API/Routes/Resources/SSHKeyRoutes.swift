import Service
import Store
import UsageLedger
import Units

/// Public keys that may enter a container. A key itself never changes; it can be renamed and switched off.
enum SSHKeyRoutes {
    private static let absent = Absent(what: "SSH key")

    static let all: [Route] = [
        Route(.get, "/ssh/keys/", for: .readers) { request in
            let account = request.credential.account
            return try await request.list({ try $0.store.sshKeys(of: account, offset: $1, limit: $2) }, as: json)
        },
        Route(.post, "/ssh/keys/", for: .users) { request in
            var (fields, repeatable) = try await request.fieldsToCreate()
            let key = try newKey(request.ledger.environment.makeID(), &fields, request.now),
                change = request.resourceChange
            let answer = try await request.ledger.writer.perform(once: repeatable) { service in
                try service.store.add(key, by: change)
                return .json(json(try absent.unwrap(service.store.sshKey(key.id, of: change.account))), status: 201)
            }
            return APIResponse(answer)
        },
        Route(.get, "/ssh/keys/{ssh_key}/", for: .readers) { request in
            .json(json(try await key(request)))
        },
        Route(.put, "/ssh/keys/{ssh_key}/", for: .users) { request in
            var key = try await key(request)
            var fields = BodyFields(try await request.json())
            key.name = fields.text("name", characters: 1...255)
            key.isActive = fields.flag("is_active")
            if fields.has("pub_key"), fields.line("pub_key", characters: 1...16_384) != key.publicKey {
                fields.note("pub_key", "invalid_value", "pub_key can't change; register another key")
            }
            try fields.check()
            let changed = key, change = request.resourceChange
            return .json(
                json(
                    try await request.ledger.writer.perform { service in
                        try absent.check(service.store.change(changed, by: change))
                        return try absent.unwrap(service.store.sshKey(changed.id, of: change.account))
                    }))
        },
        Route(.delete, "/ssh/keys/{ssh_key}/", for: .users) { request in
            let id = request.part("ssh_key"), account = request.credential.account
            try absent.check(await request.ledger.writer.perform { try $0.store.removeSSHKey(id, of: account) })
            return .noContent
        },
    ]

    private static func key(_ request: APIRequest) async throws -> SSHKey {
        let id = request.part("ssh_key"), account = request.credential.account
        return try absent.unwrap(await request.ledger.readers.read { try $0.store.sshKey(id, of: account) })
    }

    private static func newKey(_ id: String, _ fields: inout BodyFields, _ now: Instant) throws -> SSHKey {
        let name = fields.text("name", characters: 1...255)
        let publicKey = fields.line("pub_key", characters: 1...16_384)
        if !publicKey.isEmpty, let fault = SSHPublicKey.fault(in: publicKey) {
            fields.note("pub_key", "invalid_value", fault)
        }
        let isActive = fields.has("is_active") ? fields.flag("is_active") : true
        try fields.check()
        return SSHKey(id: id, name: name, publicKey: publicKey, isActive: isActive, times: ResourceTimes(now))
    }

    private static func json(_ key: SSHKey) -> JSONValue {
        .object(
            [
                .init("id", .string(key.id)), .init("name", .string(key.name)),
                .init("pub_key", .string(key.publicKey)),
                .init("is_active", .bool(key.isActive)),
            ]
                + key.times.members)
    }
}
