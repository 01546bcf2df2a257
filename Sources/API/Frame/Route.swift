import HTTPTypes
import Service

/// One method of one path: who may ask, and what answers. `RouteTable` lists them all; the frame checks the key and the
/// role before the handler runs.
struct Route: Sendable {
    /// Who may ask.
    enum Access: Sendable {
        /// Everybody, without a key.
        case open
        /// Every valid key, also before the terms are agreed to.
        case anyKey
        /// Keys with one of these roles, once the account has agreed to the terms.
        case roles(Set<AccessRole>)
    }

    /// What a path hangs on.
    enum Base: Sendable {
        /// `/cloud/zone/{zone}/api/managed-container/1.0`.
        case zone
        /// The server's root.
        case root
    }

    typealias Handler = @Sendable (APIRequest) async throws -> APIResponse

    let method: HTTPRequest.Method
    let base: Base
    /// Begins and ends with a slash; `{name}` stands for one part. Stands in `schema/openapi.yaml` in the same words.
    let path: String
    let access: Access
    /// Whether an answer of this second may be given again while nothing is written: for questions that many ask often.
    let isShared: Bool
    let handler: Handler

    init(
        _ method: HTTPRequest.Method, _ path: String, base: Base = .zone, for access: Access, isShared: Bool = false,
        _ handler: @escaping Handler
    ) {
        self.method = method
        self.base = base
        self.path = path
        self.access = access
        self.isShared = isShared
        self.handler = handler
    }
}

extension Route.Access {
    /// Keys of people and programs that use the service: each sees its own account.
    static let users = Route.Access.roles([.user, .admin])
    /// Whoever may read an account's own data, or everybody's.
    static let readers = Route.Access.roles([.user, .billing, .admin, .auditor])
}
