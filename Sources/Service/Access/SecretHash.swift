import UsageLedger

/// The hash of a key's secret. Secrets are 256 random bits, so that a plain SHA-256 can't be guessed back.
enum SecretHash {
    /// Of the words that a client sends, whatever they are.
    static func of(_ secret: String) -> [UInt8] { Digest.sha256(Array(secret.utf8)) }
}
