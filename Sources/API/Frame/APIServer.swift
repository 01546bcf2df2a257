import Hummingbird
import Logging
import NIOCore
import Service
import ServiceLifecycle

/// The HTTP server over one ledger. Runs until it is told to stop: then it takes no new connections, finishes what it
/// has begun and closes the ledger.
public struct APIServer: ServiceLifecycle.Service {
    private let ledger: ServedLedger
    private let settings: APISettings
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
        self.ledger = ledger
        self.settings = settings
        self.host = host
        self.port = port
        self.logger = logger
        self.whenListening = whenListening
    }

    public func run() async throws {
        let application = Application(
            responder: APIResponder(ledger: ledger, settings: settings),
            configuration: .init(address: .hostname(host, port: port), serverName: "kanjo"),
            onServerRunning: { channel in await whenListening(channel.localAddress?.port ?? 0) }, logger: logger)
        try await application.run()
    }
}
