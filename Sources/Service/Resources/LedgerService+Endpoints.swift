import Store
import Webhooks

extension Registry {
    /// Where the password of a registry is kept: only there can it be opened.
    public static func place(of id: String) -> String { "registry:\(id)" }
}

extension NotificationEndpoint {
    /// Where the secret of an endpoint is kept: only there can it be opened.
    public static func place(of id: Int64) -> String { "notification_endpoint:\(id)" }
}

extension LedgerService {
    /// Adds an endpoint with a fresh secret, which is shown this once. Errors: `refused` when the account has too many,
    /// `secret_key_unusable`.
    public func addWebhookEndpoint(type: String, address: String, secrets: SecretCipher, by change: ResourceChange)
        throws
        -> (endpoint: NotificationEndpoint, secret: String)
    {
        let secret = WebhookSignature.secret(environment.makeSalt() + environment.makeSalt())
        let endpoint = try store.addNotificationEndpoint(type: type, address: address, by: change) { id in
            try secrets.seal(secret, for: NotificationEndpoint.place(of: id))
        }
        return (endpoint, secret)
    }
}
