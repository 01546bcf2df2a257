import UsageLedger

/// The hash of a key's secret. Secrets are 256 random bits, so that a plain SHA-256 can't be guessed back.
enum SecretHash {
    /// Of the words that a client sends, whatever they are.
    static func of(_ secret: String) -> [UInt8] { Digest.sha256(Array(secret.utf8)) }

    /// Compares all bytes, wherever the first difference is.
    static func matches(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        return difference == 0
    }
}
