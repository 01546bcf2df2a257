import API
import ArgumentParser
import Foundation
import Logging
import Service
import ServiceLifecycle

struct ServeCommand: AsyncParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the task API and the billing API over HTTP.",
        discussion: """
            While a server runs, it alone writes the ledger; what reads works beside it. SIGTERM ends it: no new \
            connections, what was begun is finished. Settings come from flags, else from variables (KANJO_…), else \
            from the file; docs/configuration.md lists them all.

              kanjo serve --port 8080
              kanjo serve --config kanjo.yaml --check-config
              kanjo serve --set limits.connections=2000 --port-file port
            """)

    @OptionGroup var ledger: LedgerOptions
    @Option(help: ArgumentHelp("Settings in YAML (default: the variable KANJO_CONFIG).", valueName: "file"))
    var config: String?
    @Flag(help: "Show the settings in force, or everything that is wrong with them, and do nothing else.")
    var checkConfig = false
    @Option(help: ArgumentHelp("The address to listen on (default: 127.0.0.1).", valueName: "address"))
    var host: String?
    @Option(help: ArgumentHelp("The port; 0 takes a free one (default: 8080).", valueName: "number"))
    var port: String?
    @Option(help: ArgumentHelp("Write the port to a file when connections are taken.", valueName: "file"))
    var portFile: String?
    @Option(help: ArgumentHelp("How clients reach the server, for links in answers.", valueName: "address"))
    var publicAddress: String?
    @Option(help: ArgumentHelp("The zone in the base path (default: is1a).", valueName: "name"))
    var zone: String?
    @Option(help: ArgumentHelp("Speak HTTPS with this certificate (PEM).", valueName: "file"))
    var tlsCertificateFile: String?
    @Option(help: ArgumentHelp("The certificate's private key (PEM).", valueName: "file"))
    var tlsKeyFile: String?
    @Option(help: ArgumentHelp("The least that is logged (default: info).", valueName: "level"))
    var logLevel: String?
    @Option(help: ArgumentHelp("Any other setting; may be repeated.", valueName: "key=value"))
    var set: [String] = []

    func validate() throws {
        for text in set where !text.contains("=") {
            throw ValidationError("--set \(text) has no value; write --set key=value")
        }
    }

    func run() async throws {
        let layers = try readLayers()
        try checkSilence(layers.configuration.engine)
        try layers.configuration.checkPlace(ofDatabase: ledger.path)
        let strangers = ServeSetting.strangers(among: surroundings.variableNames())
        if checkConfig {
            for words in strangers { diagnostics.line("warning: \(words)") }
            for setting in layers.settings {
                output.line("\(setting.setting.key) = \(setting.text)  (\(setting.source))")
            }
            return
        }
        let configuration = layers.configuration
        OpenFiles.raiseLimit()
        let served = try ServedLedger(
            path: ledger.path, environment: surroundings.environment, limits: configuration.ledger,
            outgoing: Outgoing(rules: configuration.targets))
        defer { served.close() }
        let logger = logger(configuration.logLevel)
        for words in strangers { logger.warning("\(words)") }
        var services: [any ServiceLifecycle.Service] = [
            KeyUseSaver(ledger: served, logger: logger), WebhookSender(ledger: served, logger: logger),
            BudgetWatch(ledger: served), FileExpiry(ledger: served, logger: logger),
            server(served, configuration, logger),
        ]
        let scheduler = try configuration.engine.scheduler(
            served, capSeconds: configuration.api.tasks.capSeconds, logger: logger)
        if let scheduler { services.append(scheduler) }
        if let reconciler = try configuration.engine.reconciler(served, logger: logger) { services.append(reconciler) }
        // After a failed flush whoever waits is still told that nothing was recorded.
        let watch = ServiceGroupConfiguration.ServiceConfiguration(
            service: FailureWatch(ledger: served, logger: logger), failureTerminationBehavior: .gracefullyShutdownGroup)
        let group = ServiceGroup(
            configuration: .init(
                services: [watch] + services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger))
        try await group.run()
        logger.notice("stopped")
    }

    /// Signs of life must come before a run counts as silent. A database that isn't there yet has the standard rules.
    private func checkSilence(_ engine: EngineSettings) throws {
        guard engine.isInUse else { return }
        let isThere = FileManager.default.fileExists(atPath: ledger.path)
        let rules = isThere ? try ledger.open(.readOnly).store.setUp().rules : .standard
        if let fault = engine.fault(with: rules.runawaySilence) {
            throw ServiceError(.invalidConfiguration, fault)
        }
    }

    private func server(
        _ served: ServedLedger, _ configuration: ServeConfiguration, _ logger: Logger
    ) -> APIServer {
        let scheme = configuration.api.tlsCertificateFile == nil ? "http" : "https"
        return APIServer(
            ledger: served, settings: configuration.api, host: configuration.host, port: Int(configuration.port),
            logger: logger,
            whenListening: { port in
                if let file = configuration.portFile {
                    do {
                        try Data("\(port)\n".utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
                    } catch {
                        logger.error("the port file can't be written", metadata: ["error": "\(error)"])
                    }
                }
                logger.notice("listening on \(scheme)://\(configuration.host):\(port)")
            })
    }

    private func logger(_ level: Logger.Level) -> Logger {
        let stream = diagnostics, now = surroundings.environment.now
        return Logger(label: "kanjo") { label in JSONLogHandler(label: label, level: level, stream: stream, now: now) }
    }

    private func readLayers() throws -> ConfigurationLayers {
        try ConfigurationLayers.read(
            file: config, set: set,
            own: [
                "server.host": host, "server.port": port, "server.port_file": portFile,
                "server.public_address": publicAddress, "server.zone": zone,
                "tls.certificate_file": tlsCertificateFile, "tls.key_file": tlsKeyFile, "log.level": logLevel,
            ], variable: surroundings.variable)
    }
}
