import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Speaks plain HTTP/1.1 with the program behind a container's port: one connection for each request, so that none
/// outlives its container, streaming both ways. Redirects aren't followed, nothing is repeated.
public final class PortClient: Sendable {
    /// A request; headers as they are sent, but for those of the connection.
    public struct Call: Sendable {
        public var method: String
        /// Path and query, as they are sent.
        public var target: String
        public var headers: [(name: String, value: String)]

        public init(method: String, target: String, headers: [(name: String, value: String)]) {
            self.method = method
            self.target = target
            self.headers = headers
        }
    }

    /// What the program answers; its body is read as it comes.
    public struct Answer: Sendable {
        public let status: Int
        public let headers: [(name: String, value: String)]
        /// Error: `PortError`.
        public let body: AsyncThrowingStream<ByteBuffer, any Error>
    }

    private let client: HTTPClient

    /// - Parameters:
    ///   - connectSeconds: how long a connection may take.
    ///   - silenceSeconds: how long the program may say nothing.
    public init(connectSeconds: Int64 = 5, silenceSeconds: Int64 = 600) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(connectSeconds), read: .seconds(silenceSeconds)))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit { client.shutdown { _ in } }

    /// The head of the answer, its body still to come. Errors: `PortError`, and those of the body that is sent.
    /// - Parameters:
    ///   - body: `nil` for a request without one.
    ///   - bodyBytes: `nil` where nobody knows.
    public func ask<Body: AsyncSequence & Sendable>(
        _ call: Call, body: Body?, bodyBytes: Int64?, at address: ContainerAddress
    ) async throws -> Answer where Body.Element == ByteBuffer {
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        var request = HTTPClientRequest(url: "http://\(host):\(address.port)\(call.target)")
        request.method = .RAW(value: call.method)
        for (name, value) in call.headers { request.headers.add(name: name, value: value) }
        request.headers.replaceOrAdd(name: "Connection", value: "close")
        if let body {
            request.body = .stream(body, length: bodyBytes.map { .known($0) } ?? .unknown)
        }
        let response: HTTPClientResponse
        do {
            response = try await client.execute(request, deadline: .distantFuture)
        } catch {
            throw PortError(error) ?? error
        }
        let parts = PortParts(response)
        return Answer(
            status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) },
            body: AsyncThrowingStream { try await parts.next() })
    }
}

/// Why the program behind a port gave no answer.
public enum PortError: Error, Hashable, Sendable {
    /// Nobody listens there (yet).
    case notListening
    /// It says nothing.
    case silent
    /// What it says is no HTTP, or ends in the middle.
    case broken

    private static let unconnected: [HTTPClientError] = [.connectTimeout, .getConnectionFromPoolTimeout]
    private static let silences: [HTTPClientError] = [.readTimeout, .writeTimeout, .deadlineExceeded]

    /// `nil` for what isn't the program's fault.
    init?(_ error: any Error) {
        switch error {
        case is NIOConnectionError, ChannelError.connectTimeout: self = .notListening
        case let error as HTTPClientError where Self.unconnected.contains(error): self = .notListening
        case let error as HTTPClientError where Self.silences.contains(error): self = .silent
        case let error as IOError:
            self = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode) ? .notListening : .broken
        case let error as HTTPClientError where error == .remoteConnectionClosed: self = .broken
        case is ChannelError, is HTTPParserError: self = .broken
        default: return nil
        }
    }
}

/// The parts of an answer, read one at a time and only when asked for.
/// Unchecked: a stream has one reader, and asks for a part only after it has had the last one.
private final class PortParts: @unchecked Sendable {
    private var parts: HTTPClientResponse.Body.AsyncIterator

    init(_ response: HTTPClientResponse) { parts = response.body.makeAsyncIterator() }

    func next() async throws -> ByteBuffer? {
        do {
            return try await parts.next()
        } catch {
            throw PortError(error) ?? error
        }
    }
}
