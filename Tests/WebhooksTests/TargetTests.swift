import Testing

@testable import Webhooks

/// Where messages may go: nowhere inside a network, however the address is written.
@Suite struct TargetTests {
    private static let closed = TargetRules()
    private static var open: TargetRules {
        var rules = TargetRules()
        (rules.allowsPrivateTargets, rules.allowsPlainHTTP) = (true, true)
        return rules
    }

    @Test(arguments: [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.19.255.255",
        "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.88.99.1",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808",
        "64:ff9b:1::1", "fe80::1", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001::1", "2001:db8::1",
        "2002:7f00:1::", "100::1", "3fff::1",
    ])
    func whatIsNotOutOnTheInternetIsRefused(_ text: String) throws {
        let address = try #require(InternetAddress(text))
        #expect(!AddressRule.isPublic(address))
        let url = "https://" + (text.contains(":") ? "[\(text)]" : text) + "/"
        let error = #expect(throws: WebhookError.self) { try WebhookTarget(url, Self.closed) }
        #expect(error?.code == .targetNotAllowed)
        #expect(try WebhookTarget(url, Self.open).path == "/")
    }

    @Test(arguments: [
        "8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "11.0.0.0", "126.0.0.1",
        "128.0.0.1", "169.253.1.1", "192.167.0.1", "192.169.0.1", "198.17.0.1", "198.20.0.1", "223.255.255.255",
        "2606:4700::1111", "2400:8500::1", "2a00:1450::1", "2001:4860:4860::8888",
    ])
    func theInternetIsAllowed(_ text: String) throws {
        #expect(AddressRule.isPublic(try #require(InternetAddress(text))))
        let host = text.contains(":") ? "[\(text)]" : text
        #expect(try WebhookTarget("https://\(host)/x", Self.closed).port == 443)
    }

    @Test(arguments: [
        "localhost", "LOCALHOST", "a.localhost", "printer", "router.local", "metadata.google.internal",
    ])
    func namesInsideANetworkAreRefused(_ host: String) {
        let error = #expect(throws: WebhookError.self) { try WebhookTarget("https://\(host)/", Self.closed) }
        #expect(error?.code == .targetNotAllowed)
    }

    @Test(arguments: [
        "", "https://", "https:///path", "ftp://example.com/", "example.com/hook", "https://user@example.com/",
        "https://user:pass@example.com/", "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/",
        "https://127.1/", "https://0177.0.0.1/", "https://1.2.3.4.5/", "https://example.com:0/",
        "https://example.com:65536/", "https://example.com:/", "https://exa mple.com/", "https://example.com\\@x/",
        "https://example.com\\x", "https://example.com#x@y", "https://ex%61mple.com/", "https://[::1", "https://::1/",
        "https://[fe80::1%25eth0]/", "https://例え.jp/", "https://a..b.com/", "https://-%2f.com/",
        "https://example.com/\u{0}", "https://example.com/a\r\nHost: b", "http://example.com/",
        "https://\(String(repeating: "a", count: 64)).com/",
        "https://example.com/\(String(repeating: "a", count: 2048))",
    ])
    func whatIsNoAddressIsRefused(_ address: String) {
        let error = #expect(throws: WebhookError.self) { try WebhookTarget(address, Self.closed) }
        #expect(error?.code == .invalidAddress, "\(address)")
    }

    @Test(arguments: [
        ("https://Hooks.Example.com", "https://hooks.example.com:443/", "hooks.example.com"),
        ("https://hooks.example.com:8443?a=b", "https://hooks.example.com:8443/?a=b", "hooks.example.com:8443"),
        (
            "HTTPS://[2606:4700:0::1111]:99/a/b?c=%20d", "https://[2606:4700::1111]:99/a/b?c=%20d",
            "[2606:4700::1111]:99"
        ),
        ("http://example.com/@x", "http://example.com:80/@x", "example.com"),
    ])
    func anAddressIsWrittenAnewFromItsParts(_ address: String, _ url: String, _ host: String) throws {
        let target = try WebhookTarget(address, Self.open)
        #expect(target.url == url)
        #expect(target.hostHeader == host)
    }
}
