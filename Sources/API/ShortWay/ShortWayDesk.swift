import HTTPTypes
import NIOCore
import NIOHTTP1
import Service
import UsageLedger
import Units

/// Decides which requests are answered on the connection's own event loop, and how: the plain single event that a
/// scheduler posts, and questions whose answer of this second is known, both with a key that holds. Everything else,
/// every error among it, is for the routes.
struct ShortWayDesk: Sendable {
    /// Longest body of an event that is taken here; what an event needs at most is rarely a tenth of it.
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

    /// What a request gets on the short way; `nil` for every other. Takes as many bytes of what all bodies may hold as
    /// an event's body announces, to be given back by `leave`.
    func enter(_ head: HTTPRequestHead, _ key: inout ConnectionKey) -> ShortAnswer? {
        guard head.method == .POST || head.method == .GET, let plain = PlainHead(head),
            frame.settings.taskAddress?.label(of: plain.authority) == nil
        else { return nil }
        return head.method == .POST ? event(plain, &key) : known(plain, &key)
    }

    func leave(_ expected: ExpectedEvent) { frame.bodies.leave(expected.length) }

    /// The routes take the request, and count it for its key.
    func passOn(_ asked: AskedRequest) {
        if let key = asked.credential { frame.rates.giveBack(key.token) }
    }

    /// The event of a body; `nil` when it holds anything else: the routes say what is wrong with it.
    func event(in body: ByteBuffer) -> DecodedEvent? {
        body.withUnsafeReadableBytes { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { frame.ledger.singleEvent(in: $0) }
        }
    }

    func record(_ event: DecodedEvent, then tell: @escaping @Sendable (Result<EventOutcome, any Error>) -> Void) {
        frame.ledger.record(event, then: tell)
    }

    func answer(_ outcome: EventOutcome, to asked: AskedRequest) -> (head: HTTPResponseHead, body: ByteBuffer) {
        let answer = EventAnswer([outcome])
        let fields = [("Content-Type", EventAnswer.contentType), ("Content-Length", "\(answer.bytes.count)")]
        return (head(answer.status.onTheWire, fields, asked), ByteBuffer(bytes: answer.bytes))
    }

    func answer(_ known: KnownAnswer, to asked: AskedRequest) -> (head: HTTPResponseHead, body: ByteBuffer) {
        (head(known.status, known.fields, asked), known.body)
    }

    func note(_ asked: AskedRequest, status: Int) { frame.observer.note(asked, status: status) }

    private func head(
        _ status: HTTPResponseStatus, _ fields: [(String, String)], _ asked: AskedRequest
    ) -> HTTPResponseHead {
        let named = [("Date", date.now), ("Server", APIServer.name), ("X-Request-Id", asked.serial)]
        return HTTPResponseHead(version: .http1_1, status: status, headers: HTTPHeaders(fields + named))
    }

    private func event(_ head: PlainHead, _ key: inout ConnectionKey) -> ShortAnswer? {
        let now = frame.ledger.environment.now()
        guard paths.contains(head.target), let length = head.length, (1...Self.greatestBytes).contains(length),
            head.contentType == "application/cloudevents+json" || head.contentType == "application/json",
            let who = key.credential(head.authorization, keys: frame.ledger.keys, at: now),
            mayAsk(who, EventRoutes.access, now), frame.bodies.enter(length)
        else { return nil }
        return .event(ExpectedEvent(asked: asked(.post, template, who), length: length))
    }

    private func known(_ head: PlainHead, _ key: inout ConnectionKey) -> ShortAnswer? {
        let now = frame.ledger.environment.now()
        guard head.length ?? 0 == 0,
            let who = key.credential(head.authorization, keys: frame.ledger.keys, at: now),
            let known = frame.recentAnswers.known(
                .init(who, authority: head.authority, target: head.target), at: frame.moment(now)),
            mayAsk(who, known.access, now)
        else { return nil }
        return .known(known, asked(.get, known.template, who))
    }

    /// Counts the request for the key's rate; what is wrong is for the routes to say.
    private func mayAsk(_ who: Credential, _ access: Route.Access, _ now: Instant) -> Bool {
        (try? frame.admit(who, for: access, at: now)) != nil
    }

    private func asked(_ method: HTTPRequest.Method, _ template: String, _ key: Credential) -> AskedRequest {
        var asked = AskedRequest(method: method, serial: frame.makeSerial())
        asked.template = template
        asked.credential = key
        return asked
    }
}
