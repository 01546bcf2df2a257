import Foundation

/// An address of the internet protocol: 4 or 16 bytes.
public struct InternetAddress: Hashable, Sendable, CustomStringConvertible {
    public let bytes: [UInt8]

    /// - Precondition: 4 or 16 bytes.
    public init(bytes: [UInt8]) {
        precondition(bytes.count == 4 || bytes.count == 16, "an address has 4 or 16 bytes")
        self.bytes = bytes
    }

    /// Four decimal numbers with dots, or the text form of IPv6 without brackets; `nil` for anything else.
    public init?(_ text: String) {
        var four = in_addr()
        var sixteen = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &sixteen) == 1 {
            bytes = withUnsafeBytes(of: &sixteen) { Array($0) }
        } else {
            return nil
        }
    }

    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        inet_ntop(family, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// Which addresses are out on the internet, where an account may point us to, and which are ours or nobody's.
public enum AddressRule {
    /// What the internet doesn't route, or routes to wherever an IPv4 address inside it says (IANA's special-purpose
    /// registries): first bytes and the number of bits that count.
    private static let reserved: [(first: [UInt8], bits: Int)] = [
        ([0], 8), ([10], 8), ([100, 64], 10), ([127], 8), ([169, 254], 16), ([172, 16], 12), ([192, 0, 0], 24),
        ([192, 0, 2], 24), ([192, 31, 196], 24), ([192, 52, 193], 24), ([192, 88, 99], 24), ([192, 168], 16),
        ([192, 175, 48], 24), ([198, 18], 15), ([198, 51, 100], 24), ([203, 0, 113], 24), ([224], 4), ([240], 4),
    ]
    /// The same within 2000::/3. All the rest of IPv6 is refused: loopback, link-local, unique local, multicast,
    /// IPv4-mapped and -compatible addresses, NAT64 (64:ff9b::/96, 64:ff9b:1::/48).
    private static let reservedGlobal: [(first: [UInt8], bits: Int)] = [
        ([0x20, 0x01, 0x00], 23), ([0x20, 0x01, 0x0D, 0xB8], 32), ([0x20, 0x02], 16), ([0x26, 0x20, 0x00, 0x4F], 32),
        ([0x3F, 0xFF, 0x00], 20),
    ]

    public static func isPublic(_ address: InternetAddress) -> Bool {
        let bytes = address.bytes
        if bytes.count == 4 { return !reserved.contains { matches(bytes, $0) } }
        return bytes[0] & 0xE0 == 0x20 && !reservedGlobal.contains { matches(bytes, $0) }
    }

    private static func matches(_ bytes: [UInt8], _ range: (first: [UInt8], bits: Int)) -> Bool {
        for index in 0..<(range.bits + 7) / 8 {
            let bits = min(8, range.bits - index * 8)
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
            let first = index < range.first.count ? range.first[index] : 0
            if bytes[index] & mask != first & mask { return false }
        }
        return true
    }
}
