/// What an operator allows of targets.
public struct TargetRules: Hashable, Sendable {
    /// Also loopback, private and all other addresses that aren't out on the internet.
    public var allowsPrivateTargets = false
    /// Also `http://`; messages and signatures can then be read on the way.
    public var allowsPlainHTTP = false

    public init() {}
}

/// A host by name or by address, as far as it can be judged without asking for its address.
public enum HostRule {
    /// Errors: `invalid_address`, `target_not_allowed`.
    /// - Parameter host: a name, or an address (IPv6 without brackets).
    public static func check(_ host: String, _ rules: TargetRules) throws(WebhookError) {
        if let address = InternetAddress(host) { return try check(address, host: host, rules) }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let isName =
            host.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy {
                        isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                    }
            }
        // A name whose last part is a number is an address in a form that only some programs understand.
        guard isName, let last = labels.last, last.utf8.contains(where: { !isDigit($0) }), !last.hasPrefix("0x") else {
            throw WebhookError(.invalidAddress, "'\(host.prefix(80))' is no host: name one like www.example.com")
        }
        if !rules.allowsPrivateTargets,
            last == "localhost" || labels.count == 1 || last == "local" || last == "internal"
        {
            throw WebhookError(
                .targetNotAllowed, "'\(host.prefix(80))' is a name inside a network; name a host out on the internet")
        }
    }

    /// Error: `target_not_allowed`.
    public static func check(_ address: InternetAddress, host: String, _ rules: TargetRules) throws(WebhookError) {
        guard rules.allowsPrivateTargets || AddressRule.isPublic(address) else {
            throw WebhookError(
                .targetNotAllowed,
                "'\(host.prefix(80))' leads to an address that isn't out on the internet; name one that is")
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
}

/// The URL of a webhook, taken apart by one strict reading, so that what is checked is what is connected to.
public struct WebhookTarget: Hashable, Sendable {
    public let isEncrypted: Bool
    /// In lower case; an IPv6 address without brackets.
    public let host: String
    public let port: Int
    /// Path and query, from the slash on.
    public let path: String

    private static let greatestLength = 2048

    /// Errors: `invalid_address`, `target_not_allowed`.
    public init(_ address: String, _ rules: TargetRules) throws(WebhookError) {
        guard address.utf8.count <= Self.greatestLength, address.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw WebhookError(
                .invalidAddress, "an address has at most \(Self.greatestLength) characters, all of them visible ASCII")
        }
        guard let separator = address.range(of: "://") else { throw Self.noURL(address) }
        switch address[..<separator.lowerBound].lowercased() {
        case "https": isEncrypted = true
        case "http" where rules.allowsPlainHTTP: isEncrypted = false
        case "http":
            throw WebhookError(.invalidAddress, "'\(address.prefix(80))' isn't encrypted; name one with https://")
        default: throw Self.noURL(address)
        }
        let rest = address[separator.upperBound...]
        let end = rest.firstIndex { "/?#\\".contains($0) } ?? rest.endIndex
        let tail = rest[end...]
        guard !tail.hasPrefix("\\"), !tail.contains("#"), tail.allSatisfy({ !"\\\"<>^`{|}".contains($0) }) else {
            throw Self.noURL(address)
        }
        path = tail.hasPrefix("/") ? String(tail) : "/" + tail
        let (host, port) = try Self.authority(rest[..<end], of: address)
        self.host = host
        self.port = port ?? (isEncrypted ? 443 : 80)
        try HostRule.check(host, rules)
    }

    /// The same URL, written anew from its parts.
    public var url: String {
        (isEncrypted ? "https://" : "http://") + (host.contains(":") ? "[\(host)]" : host) + ":\(port)\(path)"
    }

    /// What the header Host says: the port only where it isn't the usual one.
    var hostHeader: String {
        (host.contains(":") ? "[\(host)]" : host) + (port == (isEncrypted ? 443 : 80) ? "" : ":\(port)")
    }

    /// Host and port. A user name or a password has no place in an address.
    private static func authority(_ text: Substring, of address: String) throws(WebhookError) -> (String, Int?) {
        var host = text
        var port: Int?
        if let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") {
            let digits = text[text.index(after: colon)...]
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
                (1...65_535).contains(number)
            else { throw noURL(address) }
            port = number
            host = text[..<colon]
        }
        guard host.hasPrefix("[") else {
            guard !host.contains(":") else { throw noURL(address) }
            return (host.lowercased(), port)
        }
        guard host.hasSuffix("]"), let literal = InternetAddress(String(host.dropFirst().dropLast())),
            literal.bytes.count == 16
        else { throw noURL(address) }
        return (literal.description, port)
    }

    private static func noURL(_ address: String) -> WebhookError {
        WebhookError(
            .invalidAddress, "'\(address.prefix(80))' is no web address; name one like https://www.example.com/hook")
    }
}
