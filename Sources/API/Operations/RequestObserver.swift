import HTTPTypes
import Logging
import Service

/// A request as the log and the figures see it.
struct AskedRequest: Sendable {
    let method: HTTPRequest.Method
    let serial: String
    /// The path of its route; the words stand for every path that isn't one.
    var template = "(unknown)"
    var credential: Credential?
    let begin: ContinuousClock.Instant

    /// The status in the log when the client has gone before it could be answered; nobody receives it.
    static let clientGone = 499

    init(method: HTTPRequest.Method, serial: String, begin: ContinuousClock.Instant = .now) {
        self.method = method
        self.serial = serial
        self.begin = begin
    }
}

/// Counts every request and writes a line of the log about it: never a query, a body or a key.
struct RequestObserver: Sendable {
    let figures = RequestFigures()
    let logger: Logger

    init(logger: Logger = Logger(label: "kanjo.requests", factory: { _ in SwiftLogNoOpLogHandler() })) {
        self.logger = logger
    }

    /// - Parameter error: the detail of one that is our fault, for the log alone.
    func note(_ asked: AskedRequest, status: Int, error: String? = nil) {
        let elapsed = asked.begin.duration(to: .now).microseconds
        figures.note(asked, status: status, microseconds: elapsed)
        let level: Logger.Level = status >= 500 ? .error : .info
        guard level >= logger.logLevel else { return }
        var metadata: Logger.Metadata = [
            "serial": .string(asked.serial), "method": .string(asked.method.rawValue), "route": .string(asked.template),
            "status": .stringConvertible(status), "duration_microseconds": .stringConvertible(elapsed),
        ]
        if let account = asked.credential?.account { metadata["account"] = .string(account.text) }
        if let error { metadata["error"] = .string(error) }
        logger.log(level: level, "request", metadata: metadata)
    }
}

extension Duration {
    var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
