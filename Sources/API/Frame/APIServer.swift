import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import Service
import ServiceLifecycle

/// The HTTP server over one ledger. Runs until it is told to stop: then it takes no new connections, finishes what it
/// has begun and closes the ledger.
public struct APIServer: ServiceLifecycle.Service {
    /// In the header `Server`.
    static let name = "kanjo"

    let frame: APIFrame
    private let routes: [Route]
    private let host: String
    private let port: Int
    private let logger: Logger
    private let whenListening: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - port: 0 takes a free one.
    ///   - whenListening: is told the port as soon as connections are taken.
    public init(
        ledger: ServedLedger, settings: APISettings, host: String, port: Int, logger: Logger,
        whenListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.init(
            ledger: ledger, settings: settings, routes: RouteTable.all, host: host, port: port, logger: logger,
            whenListening: whenListening)
    }

    init(
        ledger: ServedLedger, settings: APISettings, routes: [Route], host: String, port: Int, logger: Logger,
        whenListening: @escaping @Sendable (Int) async -> Void
    ) {
        frame = APIFrame(ledger: ledger, settings: settings, observer: RequestObserver(logger: logger))
        self.routes = routes
        self.host = host
        self.port = port
        self.logger = logger
        self.whenListening = whenListening
    }

    /// Errors: `address_in_use`, `invalid_configuration` for an address or files that can't be used.
    public func run() async throws {
        let builder = try builder()
        let application = Application(
            responder: APIResponder(frame, routes: routes), server: builder,
            configuration: .init(address: .hostname(host, port: port), serverName: Self.name, backlog: 1024),
            onServerRunning: { channel in await whenListening(channel.localAddress?.port ?? 0) }, logger: logger)
        do {
            try await application.run()
        } catch {
            throw ListeningAddress.fault(error, host: host, port: port)
        }
    }

    /// HTTP/1.1, with TLS if there is a certificate. Error: `invalid_configuration` for files that can't be used.
    private func builder() throws -> HTTPServerBuilder {
        let limits = frame.settings.connections, frame = frame, desk = ShortWayDesk(frame)
        let makeSerial: @Sendable () -> String = { frame.makeSerial() }
        let makeChannel: @Sendable (@escaping HTTPChannelHandler.Responder) -> ConnectionChannel = { responder in
            ConnectionChannel(
                responder: responder, limits: limits,
                makeGuard: { ConnectionGuard(limits, frame.connections, makeSerial: makeSerial) }, desk: desk)
        }
        guard let tls = try frame.settings.serverTLS() else { return HTTPServerBuilder { makeChannel($0) } }
        return HTTPServerBuilder { responder in
            try TLSOnlyChannel(makeChannel(responder), tls, frame.connections, makeSerial: makeSerial)
        }
    }
}
