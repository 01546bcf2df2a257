import Service
import Store
import UsageLedger

/// Who a key is, and its account's word to the terms of service.
enum AccountRoutes {
    static let all: [Route] = [
        Route(.get, "/auth/", for: .anyKey) { request in
            let credential = request.credential
            let (account, endpoints) = try await request.ledger.readers.read {
                (
                    try $0.store.registered(credential.account),
                    try $0.store.notificationEndpoints(of: credential.account).rows
                )
            }
            let agreement = request.ledger.terms.agreement(of: credential.account)
            let member = JSONValue.string(credential.account.text)
            return .json(
                .object([
                    .init("user", .string(credential.user.text)), .init("member", member),
                    .init(
                        "account",
                        .object([
                            .init("account_id", .string(credential.account.text)), .init("account_code", member),
                            .init("account_name", .string(account.name)), .init("member", member),
                            .init("tos_agreed_at", agreement.map { .string($0.agreedAt.description) } ?? .null),
                            .init("tos_agreed_version", agreement.map { .string($0.version) } ?? .null),
                            .init("created_at", .string(account.registeredAt.description)),
                        ])),
                    .init("notification", .object([.init("endpoints", .array(endpoints.map(\.jsonValue)))])),
                ]))
        },
        Route(.post, "/auth/agree/", for: .anyKey) { request in
            var query = request.query
            // Clients may name none: then it is the one in force, or the first where the operator names none either.
            let version = query.text("version") ?? request.settings.termsVersion ?? "1"
            if version.unicodeScalars.count > 64 {
                query.note("version", "send the version of the terms that you agree to, at most 64 characters")
            }
            if let inForce = request.settings.termsVersion, version != inForce {
                query.note("version", "'\(version.prefix(64))' isn't in force; agree to version '\(inForce)'")
            }
            try query.check()
            try await request.ledger.agree(to: version, by: request.credential)
            return .noContent
        },
    ]
}
