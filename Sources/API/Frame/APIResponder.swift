import HTTPTypes
import Hummingbird
import Logging
import Service

/// The outermost part of the frame: gives each request its serial, and every error its body.
public struct APIResponder: HTTPResponder {
    public typealias Context = APIContext

    let ledger: ServedLedger
    let settings: APISettings
    private let router: RouterResponder<APIContext>

    /// - Precondition: no method of a path stands twice in the table.
    public init(ledger: ServedLedger, settings: APISettings) {
        self.init(ledger: ledger, settings: settings, routes: RouteTable.all)
    }

    init(ledger: ServedLedger, settings: APISettings, routes: [Route]) {
        self.ledger = ledger
        self.settings = settings
        let router = Router(context: APIContext.self)
        for route in routes {
            let path = (route.base == .zone ? settings.basePath : "") + route.path
            router.on(RouterPath(path), method: route.method) { request, context in
                try await Self.answer(route, request, context, ledger, settings)
            }
        }
        self.router = router.buildResponder()
    }

    public func respond(to request: Request, context: APIContext) async throws -> Response {
        do {
            return try await router.respond(to: request, context: context)
        } catch {
            return ErrorAnswer.response(to: error, serial: Self.serial(ledger)).response
        }
    }

    private static func answer(
        _ route: Route, _ request: Request, _ context: APIContext, _ ledger: ServedLedger, _ settings: APISettings
    ) async throws -> Response {
        let serial = serial(ledger)
        do {
            let key = try key(for: route.access, request, ledger, settings)
            return try await route.handler(
                APIRequest(
                    request: request, context: context, ledger: ledger, settings: settings, serial: serial, key: key)
            ).response
        } catch {
            return ErrorAnswer.response(to: error, serial: serial).response
        }
    }

    /// Errors, in order: `unauthorized`, `forbidden`.
    private static func key(
        for access: Route.Access, _ request: Request, _ ledger: ServedLedger, _ settings: APISettings
    ) throws -> Credential? {
        if case .open = access { return nil }
        let key = try Authentication.credential(request.headers, keys: ledger.keys, at: ledger.environment.now())
        if case .roles(let roles) = access, !roles.contains(key.role) {
            throw ServiceError(
                .forbidden,
                "a key of role \(key.role.rawValue) can't do this; use one of role "
                    + roles.map(\.rawValue).sorted().joined(separator: " or "))
        }
        // Keys of other roles are the operator's own.
        if case .roles = access, key.role == .user, !ledger.terms.holds(settings.termsVersion, for: key.account) {
            throw ServiceError(.forbidden, "Agreement to terms of service is required")
        }
        return key
    }

    private static func serial(_ ledger: ServedLedger) -> String {
        ledger.environment.makeID().replacing("-", with: "")
    }
}

extension APIResponse {
    fileprivate var response: Response { Response(status: status, headers: headers, body: body) }
}
