import Webhooks

/// The host of a container registry, with a port where it isn't 443.
public enum RegistryHost {
    /// Errors: `invalid_address`, `target_not_allowed`. Whether a name leads to an allowed address is asked again when
    /// an image is fetched.
    public static func check(_ text: String, _ rules: TargetRules) throws(WebhookError) {
        do throws(WebhookError) {
            guard try WebhookTarget("https://\(text)/", rules).path == "/" else { throw noHost(text) }
        } catch {
            throw error.code == .targetNotAllowed ? error : noHost(text)
        }
    }

    private static func noHost(_ text: String) -> WebhookError {
        WebhookError(
            .invalidAddress,
            "'\(text.prefix(80))' is no registry: name its host alone, with a port where it isn't 443, like "
                + "registry.example.com")
    }
}
