import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// Posts over HTTP: the host's address is asked for once, checked, and connected to; redirects aren't followed.
public struct HTTPWebhookTransport: WebhookTransport {
    /// From the name lookup to the end of what is read of the answer.
    private let limitMilliseconds: Int
    private let rules: TargetRules
    private let addresses: @Sendable (_ host: String) async -> [InternetAddress]
    static let greatestReplyBytes = 4096

    /// - Parameter addresses: asks for the addresses of a host; `nil` asks the system.
    public init(
        rules: TargetRules, limitMilliseconds: Int = 15_000,
        addresses: (@Sendable (_ host: String) async -> [InternetAddress])? = nil
    ) {
        self.rules = rules
        self.limitMilliseconds = limitMilliseconds
        self.addresses = addresses ?? { await HostAddresses.ask($0) }
    }

    public func post(_ post: WebhookPost, to target: WebhookTarget) async throws(WebhookError) -> WebhookReply {
        let outcome = await TimeLimit.run(milliseconds: limitMilliseconds) {
            () async -> Result<WebhookReply, WebhookError> in
            do throws(WebhookError) {
                return .success(try await send(post, to: target))
            } catch {
                return .failure(error)
            }
        }
        guard let outcome else {
            throw WebhookError(.timedOut, "\(target.host) has not answered within \(limitMilliseconds / 1000) seconds")
        }
        return try outcome.get()
    }

    private func send(_ post: WebhookPost, to target: WebhookTarget) async throws(WebhookError) -> WebhookReply {
        let address = try await address(of: target)
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: .milliseconds(Int64(limitMilliseconds)), read: .milliseconds(Int64(limitMilliseconds))))
        configuration.dnsOverride = [target.host.contains(":") ? "[\(target.host)]" : target.host: address.description]
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let reply: Result<WebhookReply, WebhookError>
        do {
            reply = .success(try await exchange(post, target, client))
        } catch let error as HTTPClientError where error == .connectTimeout || error == .readTimeout {
            reply = .failure(WebhookError(.timedOut, "\(target.host) does not answer"))
        } catch {
            reply = .failure(WebhookError(.cannotConnect, "\(target.host) can't be reached: \(Self.words(error))"))
        }
        try? await client.shutdown()
        return try reply.get()
    }

    /// The one address to connect to. Errors: `cannot_connect`, `target_not_allowed` when any of its addresses isn't.
    private func address(of target: WebhookTarget) async throws(WebhookError) -> InternetAddress {
        let found = InternetAddress(target.host).map { [$0] }
        let all = if let found { found } else { await addresses(target.host) }
        for address in all { try HostRule.check(address, host: target.host, rules) }
        guard let first = all.first else {
            throw WebhookError(.cannotConnect, "the name \(target.host) has no address; check it")
        }
        return first
    }

    private func exchange(_ post: WebhookPost, _ target: WebhookTarget, _ client: HTTPClient) async throws
        -> WebhookReply
    {
        var request = HTTPClientRequest(url: target.url)
        request.method = .POST
        request.headers.add(name: "Host", value: target.hostHeader)
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "kanjo-webhooks/1")
        for (name, value) in post.headers { request.headers.replaceOrAdd(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: post.body))
        let response = try await client.execute(request, timeout: .milliseconds(Int64(limitMilliseconds)))
        var bytes: [UInt8] = []
        for try await part in response.body {
            bytes += part.readableBytesView.prefix(Self.greatestReplyBytes - bytes.count)
            if bytes.count >= Self.greatestReplyBytes { break }
        }
        return WebhookReply(status: Int(response.status.code), body: bytes)
    }

    /// What went wrong, in words of ours: those of libraries name their source files.
    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: error.shortDescription
        case let error as IOError: String(cString: strerror(error.errnoCode)).lowercased()
        case is NIOConnectionError: "nothing takes connections there"
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: "its TLS handshake or certificate isn't right"
        default: "the connection broke"
        }
    }
}
