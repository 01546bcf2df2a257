import API
import ArgumentParser
import Logging
import Service
import ServiceLifecycle
import Store

struct ServeCommand: AsyncParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the task API and the billing API over HTTP.",
        discussion: """
            One server writes a ledger at a time. SIGTERM ends it: no new connections, what was begun is finished.

              kanjo serve --port 8080
            """)

    @OptionGroup var ledger: LedgerOptions
    @Option(help: "The address to listen on.") var host = "127.0.0.1"
    @Option(help: "The port; 0 takes a free one.") var port = 8080

    func run() async throws {
        let served = try ServedLedger(path: ledger.path, environment: surroundings.environment)
        defer { served.close() }
        let diagnostics = diagnostics
        let logger = Logger(label: "kanjo")
        let server = APIServer(
            ledger: served, settings: APISettings(), host: host, port: port, logger: logger,
            whenListening: { port in diagnostics.line("kanjo: listening on http://\(host):\(port)") })
        let group = ServiceGroup(
            services: [server, WebhookSender(ledger: served, logger: logger), BudgetWatch(ledger: served)],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        try await group.run()
    }
}
