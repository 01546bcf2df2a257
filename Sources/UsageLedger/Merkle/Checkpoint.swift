/// The state of the log in three lines that can be given away: which log, how many events, which root (C2SP
/// tlog-checkpoint, unsigned).
public struct Checkpoint: Hashable, Sendable {
    /// The log's name, for example `billing.example.jp/kanjo`.
    public let origin: String
    /// Events in the log.
    public let size: Int64
    /// Root hash, 32 bytes.
    public let root: [UInt8]

    /// `nil` when the origin is empty or has more than one line, the size is negative, or the root hasn't 32 bytes.
    public init?(origin: String, size: Int64, root: [UInt8]) {
        guard !origin.isEmpty, !origin.utf8.contains(UInt8(ascii: "\n")), size >= 0, MerkleTree.areHashes([root]) else {
            return nil
        }
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Origin, size and root in base64, each on a line of its own.
    public var text: String { "\(origin)\n\(size)\n\(Base64.text(root))\n" }

    /// Reads `text` back; further lines (extensions) are ignored. `nil` for anything else.
    public init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, let size = Int64(lines[1]), String(size) == lines[1], let root = Base64.bytes(lines[2])
        else {
            return nil
        }
        self.init(origin: String(lines[0]), size: size, root: root)
    }
}

/// Base64 with padding (RFC 4648, 4).
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for first in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[first..<min(first + 3, bytes.count)]
            let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for position in 0..<4 {
                text.append(position <= group.count ? alphabet[value >> (18 - 6 * position) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `nil` unless these are exactly the characters that `text` gives for some bytes.
    static func bytes(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var value = 0
        var bits = 0
        for character in text.utf8 where character != UInt8(ascii: "=") {
            guard let digit = alphabet.firstIndex(of: character) else { return nil }
            value = (value << 6 | digit) & 0xFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: value >> bits))
            }
        }
        return self.text(bytes) == text ? bytes : nil
    }
}
