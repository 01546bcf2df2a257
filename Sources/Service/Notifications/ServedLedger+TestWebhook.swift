import Store
import UsageLedger
import Units
import Webhooks

extension ServedLedger {
    /// Sends a test message to an address, now and once. It is signed when the address is one of the account's
    /// endpoints.
    /// Errors, in order: `invalid_body` for an address that a message can't go to, `webhook_unreachable`,
    /// `webhook_timed_out`.
    public func testWebhook(_ address: String, account: AccountID) async throws -> WebhookReply {
        do throws(WebhookError) {
            let target = try WebhookTarget(address, outgoing.rules)
            let post = WebhookPost.signed(
                id: "msg_test_" + environment.makeID(), at: environment.now(), body: testBody(account),
                secret: await secret(ofEndpointAt: address, account: account))
            return try await outgoing.transport.post(post, to: target)
        } catch {
            switch error.code {
            case .cannotConnect: throw ServiceError(.webhookUnreachable, error.message)
            case .timedOut: throw ServiceError(.webhookTimedOut, error.message)
            case .invalidAddress, .targetNotAllowed:
                throw ServiceError(
                    .invalidBody, error.message,
                    issues: [.init(field: "url", code: error.code.rawValue, message: error.message)])
            }
        }
    }

    private func testBody(_ account: AccountID) -> [UInt8] {
        JSONValue.object([
            .init("type", .string("test")), .init("timestamp", .string(environment.now().description)),
            .init("data", .object([.init("account", .string(account.text))])),
        ]).canonicalBytes
    }

    private func secret(ofEndpointAt address: String, account: AccountID) async -> String? {
        let endpoints = try? await readers.read { try $0.store.notificationEndpoints(of: account).rows }
        guard let endpoint = endpoints?.first(where: { $0.address == address }) else { return nil }
        return try? secrets.open(endpoint.sealedSecret, for: NotificationEndpoint.place(of: endpoint.id))
    }
}
