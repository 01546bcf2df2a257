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

    /// Error: that of a connection that ends before its request does.
    public func respond(to request: Request, context: APIContext) async throws -> Response {
        var asked = AskedRequest(method: request.method, serial: frame.makeSerial())
        do {
            let response = try await answer(request, context, &asked)
            frame.observer.note(asked, status: response.status.code)
            return response.of(request.method).named(asked.serial)
        } catch let repeated as AnsweredBefore {
            frame.observer.note(asked, status: repeated.answer.status)
            return APIResponse(repeated.answer).response.named(asked.serial)
        } catch let error as SocketClosed {
            frame.observer.note(asked, status: 101)
            throw error
        } catch let error as HTTPParserError where error != .invalidEOFState {
            return unreadable(error, asked)
        } catch let error where error is HTTPParserError || error is CancellationError || error is ClientGone {
            frame.observer.note(asked, status: AskedRequest.clientGone)
            throw error
        } catch {
            let answer = ErrorAnswer.response(to: error, serial: asked.serial)
            let detail = answer.status.code >= 500 ? String(describing: error) : nil
            frame.observer.note(asked, status: answer.status.code, error: detail)
            return answer.response.of(request.method).named(asked.serial)
        }
    }

    /// A body that breaks off in a way that is no HTTP: nothing behind it can be read, so the connection ends.
    private func unreadable(_ error: HTTPParserError, _ asked: AskedRequest) -> Response {
        let fault = ServiceError(.invalidRequest, "the request's body is no HTTP: \(error); send it again")
        var answer = ErrorAnswer.response(to: fault, serial: asked.serial)
        answer.headers[.connection] = "close"
        frame.observer.note(asked, status: answer.status.code)
        return answer.response.of(asked.method).named(asked.serial)
    }

    /// What addresses that we give are made of (RFC 3986 § 3.2.2, without percent-encoding).
    private static func mayStandInAHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }

    /// Errors, in order: `invalid_request` (path, host), `not_found`, `method_not_allowed`, `unauthorized`,
    /// `too_many_requests`, `forbidden`, and those of the handler.
    private func answer(
        _ request: Request, _ context: APIContext, _ asked: inout AskedRequest
    ) async throws -> Response {
        let target = try RequestTarget(request.head.path ?? "/")
        if let host = request.head.authority, !host.utf8.allSatisfy(Self.mayStandInAHost) {
            throw ServiceError(.invalidRequest, "the Host header is no host; send a name or an address, and a port")
        }
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
        let key = try frame.credential(for: route.access, request.headers)
        asked.credential = key
        let question = APIRequest(
            request: request, context: context, frame: frame, target: target,
            parts: match.parts(for: request.method), serial: asked.serial, held: HeldBytes(frame.bodies), key: key)
        guard route.isShared, let key else { return try await route.handler(question).response }
        return try await frame.recentAnswers.answer(
            .init(key, authority: request.head.authority, target: request.head.path ?? "/"),
            at: frame.moment(question.now), access: route.access, template: match.endpoint.template
        ) {
            try await route.handler(question)
        }.response
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

extension HTTPField.Name {
    /// Names a request to whoever runs the server: its serial, as in the log and in errors.
    static let requestID = HTTPField.Name("X-Request-Id")!
}

extension Response {
    fileprivate func named(_ serial: String) -> Response {
        var answer = self
        answer.headers[.requestID] = serial
        return answer
    }

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
