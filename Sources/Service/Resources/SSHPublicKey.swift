import Foundation

/// The form of a public key: one line as in `authorized_keys`, without options.
public enum SSHPublicKey {
    private static let algorithms: Set<String> = [
        "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
    ]

    /// What is wrong with a key, in words; `nil` when nothing is.
    public static func fault(in text: String) -> String? {
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            return "a public key is one line; leave out line breaks and control characters"
        }
        let parts = text.split(separator: " ", maxSplits: 2)
        guard let algorithm = parts.first, algorithms.contains(String(algorithm)) else {
            return "'\(text.prefix(30))' begins with no known kind of key; send one like 'ssh-ed25519 AAAA… name'"
        }
        guard parts.count > 1, let blob = Data(base64Encoded: padded(String(parts[1]))) else {
            return "what stands after \(algorithm) is no base64; send the line of the .pub file as it is"
        }
        let name = Array(algorithm.utf8)
        let beginning = [0, 0, 0, UInt8(name.count)] + name
        guard blob.count > beginning.count, blob.starts(with: beginning) else {
            return "the key's bytes are not of kind \(algorithm); send the line of the .pub file as it is"
        }
        return nil
    }

    private static func padded(_ base64: String) -> String {
        base64 + String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
    }
}
