import HTTPTypes
import Hummingbird
import NIOCore
import Service
import UsageLedger

/// Decides which requests are recorded on the connection's own event loop, and how: the plain single event that a
/// scheduler posts, with a key that holds. Everything else, every error among it, is for the routes.
struct SingleEventDesk: Sendable {
    /// A request whose body has yet to come.
    struct Expected {
        let head: HTTPRequest
        fileprivate let asked: AskedRequest
        fileprivate let length: Int
    }

    /// Longest body that is taken here; what an event needs at most is rarely a tenth of it.
    static let greatestBytes = 16 << 10

    private let frame: APIFrame
    /// With the slash at its end, and without.
    private let paths: [String]
    private let template = APISettings.basePathTemplate + EventRoutes.path
    private let date = HTTPDate()

    init(_ frame: APIFrame) {
        self.frame = frame
        let path = frame.settings.basePath + EventRoutes.path
        paths = [path, String(path.dropLast())]
    }

    /// A request that may bring such an event, with a key that may record it; `nil` for every other. Takes as many
    /// bytes of what all bodies may hold as it announces, to be given back by `leave`.
    func enter(_ head: HTTPRequest) -> Expected? {
        let headers = head.headerFields
        guard head.method == .post, let path = head.path, paths.contains(path), Self.isPlain(headers),
            let length = headers[.contentLength].flatMap({ Int($0) }), (1...Self.greatestBytes).contains(length),
            frame.settings.taskAddress?.label(of: head.authority) == nil,
            let key = try? frame.credential(for: EventRoutes.access, headers), frame.bodies.enter(length)
        else { return nil }
        var asked = AskedRequest(method: head.method, serial: frame.makeSerial())
        asked.template = template
        asked.credential = key
        return Expected(head: head, asked: asked, length: length)
    }

    func leave(_ expected: Expected) { frame.bodies.leave(expected.length) }

    /// The event of a body; `nil` when it holds anything else: the routes say what is wrong with it.
    func event(in body: ByteBuffer) -> DecodedEvent? {
        body.withUnsafeReadableBytes { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { frame.ledger.singleEvent(in: $0) }
        }
    }

    func record(_ event: DecodedEvent, then tell: @escaping @Sendable (Result<EventOutcome, any Error>) -> Void) {
        frame.ledger.record(event, then: tell)
    }

    func answer(_ outcome: EventOutcome, to expected: Expected) -> (head: HTTPResponse, body: ByteBuffer) {
        let answer = EventAnswer([outcome])
        let fields: HTTPFields = [
            .contentType: EventAnswer.contentType, .contentLength: "\(answer.bytes.count)", .date: date.now,
            .server: APIServer.name, .requestID: expected.asked.serial,
        ]
        return (HTTPResponse(status: answer.status, headerFields: fields), ByteBuffer(bytes: answer.bytes))
    }

    func note(_ expected: Expected, status: Int) { frame.observer.note(expected.asked, status: status) }

    /// Whether the body is JSON as it stands and nothing else is asked of us.
    private static func isPlain(_ headers: HTTPFields) -> Bool {
        for field in headers {
            switch field.name {
            case .contentType:
                guard field.value == "application/cloudevents+json" || field.value == "application/json" else {
                    return false
                }
            case .contentEncoding, .expect, .connection, .transferEncoding, .upgrade: return false
            default: break
            }
        }
        return true
    }
}
