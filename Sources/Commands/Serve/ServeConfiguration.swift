import API
import Logging
import Service
import Webhooks

/// Everything that an operator may set about a server.
struct ServeConfiguration: Sendable {
    var host = "127.0.0.1"
    var port: Int64 = 8080
    /// Is written the port when connections are taken.
    var portFile: String?
    var logLevel = Logger.Level.info
    var api = APISettings()
    var ledger = ServedLedger.Limits()
    var targets = TargetRules()
    var engine = EngineSettings()
}

/// One setting: its key, what it means, its default, and how it is read.
struct ServeSetting {
    let key: String
    let meaning: String
    /// The flag of `kanjo serve`; `nil` for those that only `--set` reaches.
    var flag: String?
    let show: (ServeConfiguration) -> String
    let read: (String, inout ServeConfiguration) throws -> Void

    /// The environment variable.
    var variable: String { "KANJO_" + key.replacing(".", with: "_").uppercased() }

    /// As it stands in a command line.
    var flagText: String { flag ?? "--set \(key)=" }

    /// What is wrong with a value, in words that follow `key:`.
    struct Wrong: Error {
        let words: String
    }

    static func integer<Number: FixedWidthInteger>(
        _ key: String, _ path: WritableKeyPath<ServeConfiguration, Number>, _ range: ClosedRange<Number>,
        _ meaning: String, flag: String? = nil
    ) -> ServeSetting {
        ServeSetting(
            key: key, meaning: meaning, flag: flag, show: { "\($0[keyPath: path])" },
            read: { text, configuration in
                guard let value = Number(text), range.contains(value) else {
                    throw Wrong(words: "is no whole number from \(range.lowerBound) to \(range.upperBound)")
                }
                configuration[keyPath: path] = value
            })
    }

    static func text(
        _ key: String, _ path: WritableKeyPath<ServeConfiguration, String>, _ meaning: String, flag: String? = nil,
        isRight: @escaping (String) -> Bool = { _ in true }, needed: String = ""
    ) -> ServeSetting {
        ServeSetting(
            key: key, meaning: meaning, flag: flag, show: { $0[keyPath: path] },
            read: { text, configuration in
                guard isRight(text) else { throw Wrong(words: needed) }
                configuration[keyPath: path] = text
            })
    }

    static func file(
        _ key: String, _ path: WritableKeyPath<ServeConfiguration, String?>, _ meaning: String, flag: String? = nil
    ) -> ServeSetting {
        ServeSetting(
            key: key, meaning: meaning, flag: flag, show: { $0[keyPath: path] ?? "" },
            read: { $1[keyPath: path] = $0.isEmpty ? nil : $0 })
    }

    private static func choice(
        _ key: String, _ path: WritableKeyPath<ServeConfiguration, Bool>, _ meaning: String
    ) -> ServeSetting {
        ServeSetting(
            key: key, meaning: meaning, show: { $0[keyPath: path] ? "true" : "false" },
            read: { text, configuration in
                guard let value = Bool(text.lowercased()) else { throw Wrong(words: "is neither true nor false") }
                configuration[keyPath: path] = value
            })
    }

    static var all: [ServeSetting] { server + connections + requests + ledger + tasks + engine + webhooks }

    private static var server: [ServeSetting] {
        [
            text(
                "server.host", \.host, "The address to listen on; `0.0.0.0` or `::` for all.", flag: "--host",
                isRight: { !$0.isEmpty }, needed: "is empty; name an address such as 127.0.0.1"),
            integer("server.port", \.port, 0...65_535, "The port; 0 takes a free one.", flag: "--port"),
            file("server.port_file", \.portFile, "A file that is written the port.", flag: "--port-file"),
            ServeSetting(
                key: "server.public_address",
                meaning: "How clients reach the server, for links in answers; without it, the Host header.",
                flag: "--public-address", show: { $0.api.publicAddress ?? "" },
                read: { text, configuration in
                    guard text.isEmpty || text.hasPrefix("http://") || text.hasPrefix("https://"), !text.hasSuffix("/")
                    else { throw Wrong(words: "is no address such as https://api.example.jp (no slash at its end)") }
                    configuration.api.publicAddress = text.isEmpty ? nil : text
                }),
            ServeSetting(
                key: "server.task_address",
                meaning:
                    "Where tasks that take HTTP are reached, such as `https://*.tasks.example.jp`: each has a name "
                    + "of its own in place of the `*`; without it, under `/t/` of the public address.",
                show: { $0.api.taskAddress?.text ?? "" },
                read: { text, configuration in
                    let address = TaskAddress(text)
                    guard text.isEmpty || address != nil else {
                        throw Wrong(words: "is no address such as https://*.tasks.example.jp (no slash at its end)")
                    }
                    configuration.api.taskAddress = address
                }),
            text(
                "server.zone", \.api.zone, "The zone in the base path.", flag: "--zone",
                isRight: { !$0.isEmpty && $0.utf8.allSatisfy { $0.isZoneCharacter } },
                needed: "is no zone; use lower-case letters, digits and hyphens"),
            file(
                "tls.certificate_file", \.api.tlsCertificateFile,
                "The certificate with its chain, PEM; with it, HTTPS is spoken.", flag: "--tls-certificate-file"),
            file("tls.key_file", \.api.tlsKeyFile, "Its private key, PEM.", flag: "--tls-key-file"),
            ServeSetting(
                key: "log.level", meaning: "The least that is logged: debug, info, warning, error or critical.",
                flag: "--log-level", show: { $0.logLevel.rawValue },
                read: { text, configuration in
                    guard let level = Logger.Level(rawValue: text) else {
                        throw Wrong(words: "is no level; use debug, info, warning, error or critical")
                    }
                    configuration.logLevel = level
                }),
        ]
    }

    private static var connections: [ServeSetting] {
        [
            integer("limits.connections", \.api.connections.total, 1...100_000, "Connections at once."),
            integer(
                "limits.connections_per_address", \.api.connections.perAddress, 1...100_000,
                "Of one address, or /64 network of IPv6; this machine's own aren't counted."),
            integer(
                "limits.idle_milliseconds", \.api.connections.idleMilliseconds, 1...3_600_000,
                "How long a connection may be silent between two requests."),
            integer(
                "limits.head_milliseconds", \.api.connections.headMilliseconds, 1...3_600_000,
                "How long the head of a request may take."),
            integer("limits.head_bytes", \.api.connections.headBytes, 1024...1_048_576, "Longest head of a request."),
            integer(
                "limits.body_span_milliseconds", \.api.connections.bodySpanMilliseconds, 1...3_600_000,
                "The span in which a body has to bring the bytes of the next line."),
            integer(
                "limits.body_bytes_per_span", \.api.connections.bodyBytesPerSpan, 0...1_048_576,
                "Fewer bytes of a body in a span, while we wait for them, end the connection."),
            integer(
                "limits.write_milliseconds", \.api.connections.writeMilliseconds, 1...3_600_000,
                "How long a client may leave an answer unread."),
            integer(
                "limits.linger_milliseconds", \.api.connections.lingerMilliseconds, 1...60_000,
                "How long the rest of a body is read when it was answered before its end."),
            integer(
                "limits.stop_milliseconds", \.api.connections.stopMilliseconds, 1...600_000,
                "How long requests that have begun may take when the server is stopped."),
        ]
    }

    private static var requests: [ServeSetting] {
        [
            integer(
                "limits.requests_per_second", \.api.requestsPerSecond, 0...1_000_000_000,
                "Requests a second of one key; 0 for no limit."),
            integer(
                "limits.body_bytes", \.api.bodyBytes, 1024...67_108_864,
                "Longest body of a request that isn't a batch of events."),
            integer(
                "limits.held_body_bytes", \.api.heldBodyBytes, 1_048_576...1_099_511_627_776,
                "Bodies in memory at once; more are answered with 503."),
        ]
    }

    private static var ledger: [ServeSetting] {
        [
            integer("ledger.readers", \.ledger.readers, 1...64, "Threads that answer short questions."),
            integer("ledger.waiting_readings", \.ledger.waitingReadings, 1...1_000_000, "Questions that may wait."),
            integer("ledger.reporters", \.ledger.reporters, 1...16, "Threads for reports and drafts."),
            integer("ledger.waiting_reports", \.ledger.waitingReports, 1...10_000, "Reports that may wait."),
            integer(
                "ledger.waiting_events", \.ledger.writer.waitingItems, 1...10_000_000,
                "Events that may wait to be written; more are answered with 503."),
            integer("ledger.event_streams", \.ledger.eventStreams, 1...1000, "Streams of events at once."),
            integer(
                "ledger.writer_cache_mebibytes", \.ledger.writerCacheMebibytes, 1...65_536,
                "Pages of the database that the writer keeps."),
            integer(
                "ledger.reader_cache_mebibytes", \.ledger.readerCacheMebibytes, 1...65_536,
                "Pages that each reading thread keeps."),
            file(
                "ledger.secret_key_file", \.ledger.secretKeyFile,
                "The key for stored passwords; without it, beside the database."),
        ]
    }

    private static var tasks: [ServeSetting] {
        [
            ServeSetting(
                key: "tasks.cap_seconds",
                meaning: "No task is billed for longer, whatever its user asks for; `none` lifts the cap.",
                show: { $0.api.tasks.capSeconds.map { "\($0)" } ?? "none" },
                read: { text, configuration in
                    let value = Int64(text)
                    guard text == "none" || value.map({ (600...315_360_000).contains($0) }) == true else {
                        throw Wrong(words: "is neither none nor a whole number from 600 to 315360000")
                    }
                    configuration.api.tasks.capSeconds = value
                }),
            file(
                "terms.version", \.api.termsVersion,
                "The terms of service that users have to agree to; without it, none are asked for."),
        ]
    }

    private static var webhooks: [ServeSetting] {
        [
            choice(
                "webhooks.allow_private_targets", \.targets.allowsPrivateTargets,
                "Webhooks and registries may be on loopback and in private networks."),
            choice("webhooks.allow_plain_http", \.targets.allowsPlainHTTP, "Webhooks may be sent without TLS."),
        ]
    }
}

extension UInt8 {
    fileprivate var isZoneCharacter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || self == UInt8(ascii: "-")
    }
}
