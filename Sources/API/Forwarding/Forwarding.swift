import ContainerEngine
import HTTPTypes
import Hummingbird
import NIOCore
import Service
import UsageLedger
import Units

/// Hands one request to the program in a task's container and its answer back, both as streams (RFC 9110 §7.6).
struct Forwarding: Sendable {
    private let request: Request
    private let context: APIContext
    private let frame: APIFrame

    init(_ request: Request, _ context: APIContext, _ frame: APIFrame) {
        self.request = request
        self.context = context
        self.frame = frame
    }

    /// Errors, in order: `not_found` for a label that isn't ours, a task that takes no HTTP or has ended;
    /// `container_not_listening` (503), `container_timed_out` (504), `container_answer_broken` (502); those of a client
    /// that goes away.
    /// - Parameter target: path and query for the program, as they were sent.
    func answer(_ label: String, _ target: String) async throws -> APIResponse {
        guard let task = try TaskHostLabel.task(of: label, frame.ledger.secrets) else {
            throw ServiceError(.notFound, "there is no task that takes HTTP here; it may have ended")
        }
        let address = try await frame.ledger.httpAddress(of: task)
        let length = request.headers[.contentLength].flatMap { Int64($0) }
        let hasBody = (length ?? 0) > 0 || request.headers[.transferEncoding] != nil
        let call = PortClient.Call(method: request.method.rawValue, target: target, headers: headers(hasBody: hasBody))
        let answer: PortClient.Answer
        do {
            answer = try await frame.ports.ask(
                call, body: hasBody ? WholeBody(request.body, bytes: length) : nil, bodyBytes: length, at: address)
        } catch let error as PortError {
            throw error.shown
        }
        guard answer.status >= 200 else { throw PortError.broken.shown }
        // An address may have gone to another container since: what that one says isn't handed on.
        guard try await frame.ledger.httpAddress(of: task) == address else {
            throw ServiceError(.containerNotListening, "the task's container is being replaced; ask again in a moment")
        }
        return response(answer)
    }

    private func headers(hasBody: Bool) -> [(name: String, value: String)] {
        let dropped = ForwardedHeaders.ofConnection(request.headers[values: .connection])
        var headers: [(name: String, value: String)] = []
        for field in request.headers {
            let name = field.name.canonicalName
            if dropped.contains(name) || (name == "authorization" && isOurKey) { continue }
            if name == "content-length", !hasBody { continue }
            headers.append((field.name.rawName, field.value))
        }
        if let host = request.head.authority { headers.append(("Host", host)) }
        if let client = context.remoteAddress?.ipAddress { headers.append(("X-Forwarded-For", client)) }
        if let host = request.head.authority { headers.append(("X-Forwarded-Host", host)) }
        headers.append(("X-Forwarded-Proto", frame.settings.tlsCertificateFile == nil ? "http" : "https"))
        return headers
    }

    /// A key of this server isn't for a program in a container, even if a browser sends it along.
    private var isOurKey: Bool {
        (try? Authentication.credential(request.headers, keys: frame.ledger.keys, at: frame.ledger.environment.now()))
            != nil
    }

    private func response(_ answer: PortClient.Answer) -> APIResponse {
        let connection = answer.headers.filter { $0.name.lowercased() == "connection" }.map(\.value)
        let dropped = ForwardedHeaders.ofConnection(connection)
        var headers = HTTPFields()
        var length: Int?
        for (name, value) in answer.headers {
            guard let field = HTTPField.Name(name), !dropped.contains(field.canonicalName) else { continue }
            headers.append(HTTPField(name: field, value: value))
            if field == .contentLength { length = Int(value) }
        }
        let body = answer.body
        let status = HTTPResponse.Status(code: answer.status)
        // No body by the status (RFC 9110 §6.4.1); its length would be another's.
        guard request.method != .head, answer.status != 204, answer.status != 304 else {
            var response = APIResponse(status: status, headers: headers)
            if request.method == .head, let length {
                response.body = ResponseBody(contentLength: length) { writer in try await writer.finish(nil) }
            }
            return response
        }
        return APIResponse(
            status: status, headers: headers,
            body: ResponseBody(contentLength: length) { writer in
                for try await part in body { try await writer.write(part) }
                try await writer.finish(nil)
            })
    }
}

/// Headers that belong to one connection and aren't handed on (RFC 9110 §7.6.1).
enum ForwardedHeaders {
    private static let known: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "host", "expect", "x-forwarded-host", "x-forwarded-proto",
    ]

    /// With those that a Connection header names.
    static func ofConnection(_ values: [String]) -> Set<String> {
        let named = values.flatMap { $0.split(separator: ",") }.map {
            $0.lowercased().filter { $0 != " " && $0 != "\t" }
        }
        return known.union(named)
    }
}

/// A body that fails when it ends before its length, so that half of one is never taken for all.
private struct WholeBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private let body: RequestBody
    private let bytes: Int64?

    init(_ body: RequestBody, bytes: Int64?) {
        self.body = body
        self.bytes = bytes
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var parts: RequestBody.AsyncIterator
        fileprivate var missing: Int64?

        mutating func next() async throws -> ByteBuffer? {
            // The program may answer and go as soon as it has all: its end isn't waited for.
            if missing == 0 { return nil }
            guard let part = try await parts.next() else {
                if let missing, missing > 0 { throw ClientGone() }
                return nil
            }
            missing = missing.map { $0 - Int64(part.readableBytes) }
            return part
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(parts: body.makeAsyncIterator(), missing: bytes) }
}

extension PortError {
    fileprivate var shown: ServiceError {
        switch self {
        case .notListening:
            ServiceError(.containerNotListening, "nothing listens on the container's port yet; ask again in a moment")
        case .silent: ServiceError(.containerTimedOut, "the program in the container has said nothing for ten minutes")
        case .broken: ServiceError(.containerAnswerBroken, "the program in the container doesn't answer in HTTP")
        }
    }
}
