/// Sends a webhook.
public enum WebhookSender {}
