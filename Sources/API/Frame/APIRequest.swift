import HTTPTypes
import Hummingbird
import NIOCore
import Service
import UsageLedger
import Units

/// A request whose key was checked, as a handler sees it.
struct APIRequest: Sendable {
    let request: Request
    let context: APIContext
    let frame: APIFrame
    let target: RequestTarget
    /// The path's parts by name, decoded.
    let parts: [String: String]
    /// 32 hexadecimal digits; in the answer's errors and in the log.
    let serial: String
    /// What of its body is in memory, until the request is answered.
    let held: HeldBytes
    /// `nil` on routes that need no key.
    let key: Credential?

    var ledger: ServedLedger { frame.ledger }
    var settings: APISettings { frame.settings }

    /// Who asks. - Precondition: the route needs a key.
    var credential: Credential {
        guard let key else { preconditionFailure("an open route asks who is there") }
        return key
    }

    var now: Instant { ledger.environment.now() }

    /// A part of the path, decoded. - Precondition: the route's path names it.
    func part(_ name: String) -> String {
        guard let value = parts[name] else { preconditionFailure("the path has no part \(name)") }
        return value
    }

    var query: QueryParameters { QueryParameters(target) }

    /// The whole body. Errors: `too_large`; `overloaded` when all bodies together hold too much memory; and those of a
    /// connection that ends before its body does.
    func body(upTo limitBytes: Int? = nil) async throws -> [UInt8] {
        let limitBytes = limitBytes ?? settings.bodyBytes
        let tooLarge = ServiceError(.tooLarge, "the body is longer than \(limitBytes) bytes; send less at once")
        let length = request.headers[.contentLength].flatMap { Int($0) }
        if let length, length > limitBytes { throw tooLarge }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(length ?? 0, limitBytes))
        for try await buffer in request.body {
            guard bytes.count + buffer.readableBytes <= limitBytes else { throw tooLarge }
            guard held.add(buffer.readableBytes) else {
                throw ServiceError(.overloaded, "too many bodies are being read at once; send it again in a moment")
            }
            bytes += buffer.readableBytesView
        }
        if let length, bytes.count < length { throw ClientGone() }
        return bytes
    }

    /// The body as JSON; the Content-Type isn't asked, live clients leave it out. Errors: `too_large`, `invalid_json`.
    func json() async throws -> JSONValue { try JSONValue(parsingRequest: try await body()) }
}
