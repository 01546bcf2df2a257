import Webhooks

/// The host of a container registry, with a port where it isn't 443.
public enum RegistryHost {
    /// Errors: `invalid_address`, `target_not_allowed`. Whether a name leads to an allowed address is asked again when
    /// an image is fetched.
    public static func check(_ text: String, _ rules: TargetRules) throws(WebhookError) {
        let target = try WebhookTarget("https://\(text)/", rules)
        guard target.path == "/" else {
            throw WebhookError(
                .invalidAddress, "'\(text.prefix(80))' is no registry: name its host alone, like registry.example.com")
        }
    }
}
