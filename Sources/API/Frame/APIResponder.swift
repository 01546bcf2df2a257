import ContainerEngine
import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
import Service

/// The outermost part of the frame: gives each request its serial, finds its route, and gives every error its body.
public struct APIResponder: HTTPResponder {
    public typealias Context = APIContext

    private let frame: APIFrame
    private let routes: RouteTree

    /// - Precondition: no method of a path stands twice in the table.
    public init(ledger: ServedLedger, settings: APISettings) {
        self.init(APIFrame(ledger: ledger, settings: settings), routes: RouteTable.all)
    }

    init(_ frame: APIFrame, routes: [Route]) {
        self.frame = frame
        self.routes = RouteTree(routes, settings: frame.settings)
    }

    /// Error: that of a connection whose request can't be read to its end; the server closes it.
    public func respond(to request: Request, context: APIContext) async throws -> Response {
        var asked = AskedRequest(method: request.method, serial: frame.makeSerial())
        do {
            let response = try await answer(request, context, &asked)
            frame.observer.note(asked, status: response.status.code)
            return response.of(request.method)
        } catch let error as SocketClosed {
            frame.observer.note(asked, status: 101)
            throw error
        } catch let error where error is HTTPParserError || error is CancellationError || error is ClientGone {
            frame.observer.note(asked, status: AskedRequest.clientGone)
            throw error
        } catch {
            let answer = ErrorAnswer.response(to: error, serial: asked.serial)
            let detail = answer.status.code >= 500 ? String(describing: error) : nil
            frame.observer.note(asked, status: answer.status.code, error: detail)
            return answer.response.of(request.method)
        }
    }

    /// Errors, in order: `invalid_request` (path), `not_found`, `method_not_allowed`, `unauthorized`,
    /// `too_many_requests`, `forbidden`, and those of the handler.
    private func answer(
        _ request: Request, _ context: APIContext, _ asked: inout AskedRequest
    ) async throws -> Response {
        let target = try RequestTarget(request.head.path ?? "/")
        if let label = frame.settings.taskAddress?.label(of: request.head.authority) {
            asked.template = ForwardRoutes.template
            return try await Forwarding(request, context, frame).answer(label, target.rest(after: 0)).response
        }
        guard let match = routes.match(target.segments) else {
            throw ServiceError(.notFound, "there is nothing at this path; /docs lists what there is")
        }
        asked.template = match.endpoint.template
        guard let route = match.route(for: request.method) else {
            throw MethodNotAllowed(method: request.method, allowed: match.endpoint.allowedMethods)
        }
        let key = try credential(for: route.access, request)
        asked.credential = key
        let question = APIRequest(
            request: request, context: context, frame: frame, target: target,
            parts: match.parts(for: request.method), serial: asked.serial, held: HeldBytes(frame.bodies), key: key)
        guard route.isShared, let key else { return try await route.handler(question).response }
        return try await frame.recentAnswers.answer(
            .init(
                account: key.account, user: key.user, role: key.role, authority: request.head.authority,
                target: request.head.path ?? "/"),
            at: .init(version: frame.ledger.writer.version.value, second: question.now.nanoseconds / 1_000_000_000)
        ) {
            try await route.handler(question)
        }.response
    }

    private func credential(for access: Route.Access, _ request: Request) throws -> Credential? {
        if case .open = access { return nil }
        let now = frame.ledger.environment.now()
        let key = try Authentication.credential(request.headers, keys: frame.ledger.keys, at: now)
        try frame.rates.take(key.token, at: now)
        if case .roles(let roles) = access, !roles.contains(key.role) {
            throw ServiceError(
                .forbidden,
                "a key of role \(key.role.rawValue) can't do this; use one of role "
                    + roles.map(\.rawValue).sorted().joined(separator: " or "))
        }
        // Keys of other roles are the operator's own.
        if case .roles = access, key.role == .user,
            !frame.ledger.terms.holds(frame.settings.termsVersion, for: key.account)
        {
            throw ServiceError(.forbidden, "Agreement to terms of service is required")
        }
        return key
    }
}

/// What all requests of a server share.
struct APIFrame: Sendable {
    let ledger: ServedLedger
    let settings: APISettings
    let connections: ConnectionTable
    let observer: RequestObserver
    let rates: TokenRates
    /// Asks the programs in containers.
    let ports = PortClient()
    let recentAnswers = RecentAnswers()
    /// Bytes of bodies that are held in memory at once.
    let bodies: Slots

    init(
        ledger: ServedLedger, settings: APISettings, observer: RequestObserver = RequestObserver()
    ) {
        self.ledger = ledger
        self.settings = settings
        connections = ConnectionTable(settings.connections)
        self.observer = observer
        rates = TokenRates(perSecond: settings.requestsPerSecond)
        bodies = Slots(settings.heldBodyBytes)
    }

    /// 32 hexadecimal digits.
    func makeSerial() -> String {
        String(decoding: ledger.environment.makeID().utf8.filter { $0 != UInt8(ascii: "-") }, as: UTF8.self)
    }
}

/// The client has closed the connection in the middle of its request.
struct ClientGone: Error {}

/// Another method than the path has.
struct MethodNotAllowed: Error {
    let method: HTTPRequest.Method
    let allowed: String

    var shown: ServiceError {
        ServiceError(.methodNotAllowed, "this path has no \(method.rawValue.prefix(20)); it has \(allowed)")
    }
}

extension Response {
    /// Without its body for HEAD, which is told how long it would be.
    fileprivate func of(_ method: HTTPRequest.Method) -> Response {
        guard method == .head else { return self }
        var answer = Response(status: status, headers: headers)
        if let length = body.contentLength { answer.headers[.contentLength] = "\(length)" }
        return answer
    }
}

extension APIResponse {
    fileprivate var response: Response { Response(status: status, headers: headers, body: body) }
}
