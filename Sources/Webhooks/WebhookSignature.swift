import Crypto
import Foundation

/// Signs messages as Standard Webhooks does: HMAC-SHA256 over `id.timestamp.body`.
public enum WebhookSignature {
    /// Begins every secret, so that one is known as such.
    public static let secretPrefix = "whsec_"

    /// A secret of random bytes, as it is shown.
    /// - Parameter bytes: 24 to 64.
    public static func secret(_ bytes: [UInt8]) -> String { secretPrefix + Data(bytes).base64EncodedString() }

    /// The value of `webhook-signature`; `nil` when the secret is none.
    /// - Parameter timestamp: seconds since 1970-01-01T00:00:00Z.
    public static func sign(id: String, timestamp: Int64, body: [UInt8], secret: String) -> String? {
        guard secret.hasPrefix(secretPrefix),
            let key = Data(base64Encoded: String(secret.dropFirst(secretPrefix.count)))
        else { return nil }
        let signed = Array("\(id).\(timestamp).".utf8) + body
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: key))
        return "v1," + Data(code).base64EncodedString()
    }
}
