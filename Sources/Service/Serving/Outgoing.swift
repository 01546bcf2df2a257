import Webhooks

/// How messages leave this server, and where they may go.
public struct Outgoing: Sendable {
    public let rules: TargetRules
    public let transport: any WebhookTransport

    /// - Parameter transport: `nil` posts over HTTP.
    public init(rules: TargetRules = TargetRules(), transport: (any WebhookTransport)? = nil) {
        self.rules = rules
        self.transport = transport ?? HTTPWebhookTransport(rules: rules)
    }
}
