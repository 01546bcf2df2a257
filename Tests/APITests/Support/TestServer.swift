import AsyncHTTPClient
import Foundation
import HTTPTypes
import Logging
import NIOCore
import Service
import ServiceLifecycle
import Store
import UsageLedger
import Units

@testable import API

/// A server on a free port of the loopback, over a database file of its own; both go away with the test.
final class TestServer: Sendable {
    let ledger: ServedLedger
    let settings: APISettings
    let port: Int
    let frame: APIFrame
    let folder: URL
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    /// Starts a server, runs the body against it and stops it, whatever the body does.
    /// - Parameter prepare: fills the ledger before it is served.
    static func run(
        environment: ServiceEnvironment = .live, settings: APISettings = APISettings(),
        limits: ServedLedger.Limits = ServedLedger.Limits(), outgoing: Outgoing = Outgoing(),
        routes: [Route] = RouteTable.all, preparing prepare: (LedgerService) async throws -> Void = { _ in },
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let server = try await TestServer(
            environment: environment, settings: settings, limits: limits, outgoing: outgoing, routes: routes,
            preparing: prepare)
        do {
            try await body(server)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private init(
        environment: ServiceEnvironment, settings: APISettings, limits: ServedLedger.Limits, outgoing: Outgoing,
        routes: [Route], preparing prepare: (LedgerService) async throws -> Void
    ) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "kanjo-api-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try await prepare(
            LedgerService(path: folder.appending(path: "ledger.db").path(), mode: .readWrite, environment: environment))
        let ledger = try ServedLedger(
            path: folder.appending(path: "ledger.db").path(), environment: environment, limits: limits,
            outgoing: outgoing)
        self.ledger = ledger
        self.settings = settings
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let server = APIServer(
            ledger: ledger, settings: settings, routes: routes, host: "127.0.0.1", port: 0, logger: logger,
            whenListening: { listening.yield($0) })
        frame = server.frame
        let group = ServiceGroup(services: [server], logger: logger)
        self.group = group
        running = Task { try await group.run() }
        port = await ports.first { _ in true } ?? 0
    }

    /// What has begun is answered; then nobody is.
    func stopServing() async {
        await group.triggerGracefulShutdown()
        _ = try? await running.value
    }

    private func stop() async {
        await stopServing()
        ledger.close()
        try? FileManager.default.removeItem(at: folder)
    }
}

extension TestServer {
    /// An answer, read to its end.
    struct Answer {
        let status: Int
        let headers: [(String, String)]
        let bytes: [UInt8]

        var text: String { String(decoding: bytes, as: UTF8.self) }

        var json: JSONValue {
            get throws { try JSONValue(parsing: bytes) }
        }

        func header(_ name: String) -> String? { headers.first { $0.0.lowercased() == name.lowercased() }?.1 }
    }

    /// Asks over the socket. A path that begins with `/` stands below the base path; `root:` puts it at the root.
    func ask(
        _ method: HTTPRequest.Method, _ path: String, root: Bool = false, key: Key? = nil, body: String? = nil,
        bytes: [UInt8]? = nil, headers: [(String, String)] = []
    ) async throws -> Answer {
        var request = request(method, path, root: root, key: key, headers: headers)
        if let bytes = bytes ?? body.map({ Array($0.utf8) }) { request.body = .bytes(ByteBuffer(bytes: bytes)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .minutes(5))
        let received = try await response.body.collect(upTo: 64 << 20)
        return Answer(
            status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) },
            bytes: Array(buffer: received))
    }

    /// Sends a body as it comes and gives each line of the answer as it comes. The result is the status.
    func exchange(
        _ method: HTTPRequest.Method, _ path: String, key: Key? = nil, headers: [(String, String)] = [],
        body: some AsyncSequence<ByteBuffer, Never> & Sendable, line: (Substring) async throws -> Void
    ) async throws -> Int {
        var request = request(method, path, root: false, key: key, headers: headers)
        request.body = .stream(body, length: .unknown)
        let response = try await HTTPClient.shared.execute(request, timeout: .minutes(5))
        var text = ""
        for try await buffer in response.body {
            text += String(buffer: buffer)
            while let end = text.firstIndex(of: "\n") {
                let whole = text[..<end]
                text = String(text[text.index(after: end)...])
                try await line(whole)
            }
        }
        return Int(response.status.code)
    }

    private func request(
        _ method: HTTPRequest.Method, _ path: String, root: Bool, key: Key?, headers: [(String, String)]
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(
            url: "http://127.0.0.1:\(port)\(root ? "" : settings.basePath)\(path)")
        request.method = .init(rawValue: method.rawValue)
        if let key { request.headers.add(name: "Authorization", value: key.header) }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        return request
    }

    /// An access token with its secret.
    struct Key: Sendable {
        let token: String
        let secret: String

        var header: String { "Basic " + Data("\(token):\(secret)".utf8).base64EncodedString() }
    }

    /// Applies a set-up file.
    func apply(_ setUp: String) async throws {
        let declaration = try SetUpFileReader.declaration(in: setUp)
        try await ledger.writer.perform { service in
            _ = try service.apply(declaration, by: Author(who: "test"))
        }
    }

    /// Makes a key of an account that is registered.
    func key(_ role: AccessRole, account: String, user: String = "someone") async throws -> Key {
        let account = try AccountID(account), user = try UserID(user)
        let made = try await ledger.createToken(account: account, user: user, role: role)
        return Key(token: made.stored.token, secret: made.secret)
    }
}

typealias TestMethod = HTTPRequest.Method
