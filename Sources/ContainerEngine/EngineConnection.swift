import AsyncHTTPClient
import Foundation
import NIOCore
import Synchronization

/// Requests to one engine. Nothing is repeated by itself: only the caller knows what may be.
final class EngineConnection: Sendable {
    /// How long an engine may be silent before it counts as gone.
    enum Patience: Int, CaseIterable {
        /// 30 s: what it only has to look up.
        case brisk
        /// 10 minutes: what it has to do.
        case patient
        /// As long as it likes: a container may be silent for days.
        case endless

        var idle: TimeAmount? {
            switch self {
            case .brisk: .seconds(30)
            case .patient: .minutes(10)
            case .endless: nil
            }
        }
    }

    /// One request.
    struct Call {
        var method = "GET"
        /// After the version, with its query.
        var path: String
        /// `false`: the engine answers it without a version, whatever its own is.
        var isVersioned = true
        var headers: [(String, String)] = []
        /// JSON.
        var body: Data?
        var patience = Patience.brisk
    }

    static let greatestAnswerBytes = 16 << 20

    let host: String
    private let endpoint: EngineEndpoint
    private let clients: [HTTPClient]
    /// `nil` until the engine has said what it takes.
    private let version = Mutex<EngineVersion?>(nil)

    init(host: String, endpoint: EngineEndpoint, certificates: EngineCertificates) throws(EngineError) {
        let tls = endpoint.isEncrypted ? try certificates.configuration() : nil
        self.host = host
        self.endpoint = endpoint
        clients = Patience.allCases.map { patience in
            var configuration = HTTPClient.Configuration(
                tlsConfiguration: tls, redirectConfiguration: .disallow,
                timeout: .init(connect: .seconds(10), read: patience.idle))
            configuration.httpVersion = .http1Only
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4096
            configuration.connectionPool.retryConnectionEstablishment = false
            return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        }
    }

    deinit {
        for client in clients { client.shutdown { _ in } }
    }

    /// Asks the engine which version of the API it takes, again each time: it may have been replaced meanwhile. One
    /// that doesn't say gets ours. Errors: `unreachable`, `bad_answer` for one of more than 16 MiB.
    @discardableResult
    func agreeOnVersion() async throws(EngineError) -> EngineVersion {
        let (status, body) = try await ask(Call(path: "/version", isVersioned: false))
        let agreed = EngineVersion(
            speakingWith: status == 200 ? try? EngineJSON.decode(VersionAnswer.self, body) : nil)
        version.withLock { $0 = agreed }
        return agreed
    }

    private func prefix(of call: Call) async throws(EngineError) -> String {
        guard call.isVersioned else { return "" }
        if let known = version.withLock({ $0 }) { return "/v\(known)" }
        return "/v\(try await agreeOnVersion())"
    }

    /// The head of the answer, its body still to come. Error: `unreachable`.
    func begin(_ call: Call) async throws(EngineError) -> HTTPClientResponse {
        var request = HTTPClientRequest(url: endpoint.base + (try await prefix(of: call)) + call.path)
        request.method = .RAW(value: call.method)
        request.headers.add(name: "Host", value: "localhost")
        for (name, value) in call.headers { request.headers.add(name: name, value: value) }
        if let body = call.body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        do {
            return try await clients[call.patience.rawValue].execute(request, deadline: .distantFuture)
        } catch {
            throw lost(error)
        }
    }

    /// The whole answer. Errors: `unreachable`, `bad_answer` for one of more than 16 MiB.
    func ask(_ call: Call) async throws(EngineError) -> (status: Int, body: Data) {
        let response = try await begin(call)
        return (Int(response.status.code), try await read(response))
    }

    /// All of a body. Errors: `unreachable`, `bad_answer` for one of more than 16 MiB.
    func read(_ response: HTTPClientResponse) async throws(EngineError) -> Data {
        var data = Data()
        var parts = response.body.makeAsyncIterator()
        while let part = try await next(&parts) {
            guard data.count + part.readableBytes <= Self.greatestAnswerBytes else {
                throw EngineError(.badAnswer, "the engine \(host) answers with more than 16 MiB")
            }
            data.append(contentsOf: part.readableBytesView)
        }
        return data
    }

    /// The next part of a body. Error: `unreachable`.
    func next(_ parts: inout HTTPClientResponse.Body.AsyncIterator) async throws(EngineError) -> ByteBuffer? {
        do {
            return try await parts.next()
        } catch {
            throw lost(error)
        }
    }

    private func lost(_ error: any Error) -> EngineError {
        let words =
            switch error {
            case is CancellationError: "the question was given up"
            case let error as HTTPClientError: error.shortDescription
            default: String(String(describing: error).prefix(200))
            }
        return EngineError(
            .unreachable, "the container engine \(host) can't be reached (\(words)); see whether it runs and listens")
    }
}
