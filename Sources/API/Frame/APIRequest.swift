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
    let ledger: ServedLedger
    let settings: APISettings
    /// 32 hexadecimal digits; in the answer's errors and in the log.
    let serial: String
    /// `nil` on routes that need no key.
    let key: Credential?

    /// Who asks. - Precondition: the route needs a key.
    var credential: Credential {
        guard let key else { preconditionFailure("an open route asks who is there") }
        return key
    }

    var now: Instant { ledger.environment.now() }

    /// A part of the path, decoded. - Precondition: the route's path names it.
    func part(_ name: String) -> String {
        guard let value = context.parameters.get(name) else { preconditionFailure("the path has no part \(name)") }
        return value
    }

    var query: QueryParameters { QueryParameters(request.uri.queryParameters) }

    /// The whole body. Errors: `too_large`, and those of a connection that ends.
    func body(upTo limitBytes: Int? = nil) async throws -> [UInt8] {
        let limitBytes = limitBytes ?? settings.bodyBytes
        do {
            return Array(buffer: try await request.body.collect(upTo: limitBytes))
        } catch is NIOTooManyBytesError {
            throw ServiceError(.tooLarge, "the body is longer than \(limitBytes) bytes; send less at once")
        }
    }

    /// The body as JSON; the Content-Type isn't asked, live clients leave it out. Errors: `too_large`, `invalid_json`.
    func json() async throws -> JSONValue { try JSONValue(parsing: try await body()) }
}
