import NIOCore
import NIOHTTP1
import Service

/// What a request gets that goes the short way, decided when its head has come.
enum ShortAnswer {
    /// The event of its body is recorded.
    case event(ExpectedEvent)
    /// It is there already.
    case known(KnownAnswer, AskedRequest)

    var asked: AskedRequest {
        switch self {
        case .event(let expected): expected.asked
        case .known(_, let asked): asked
        }
    }
}

/// A request whose event has yet to come.
struct ExpectedEvent {
    let asked: AskedRequest
    /// Of the body.
    let length: Int
}

/// An answer that can be given as it stands, and what is asked of whoever gets it.
final class KnownAnswer: Sendable {
    let status: HTTPResponseStatus
    /// Names and values of its own header fields, its length among them.
    let fields: [(String, String)]
    let body: ByteBuffer
    /// Of the route that made it.
    let access: Route.Access
    let template: String

    /// `nil` for an answer that isn't held in one piece.
    init?(_ response: APIResponse, access: Route.Access, template: String) {
        guard let body = response.bytes else { return nil }
        status = response.status.onTheWire
        fields =
            response.headers.map { ($0.name.rawName, $0.value) } + [("Content-Length", "\(body.readableBytes)")]
        self.body = body
        self.access = access
        self.template = template
    }
}
