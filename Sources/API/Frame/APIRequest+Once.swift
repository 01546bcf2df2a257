import Hummingbird
import Service
import Store
import UsageLedger

extension APIRequest {
    /// This request as one that may be repeated; `nil` when it bears no `Idempotency-Key`.
    /// Error: `invalid_request` (400) for a header that is no key.
    func repeatable(_ body: [UInt8]) throws -> RepeatableRequest? {
        guard let header = request.headers[values: .init("Idempotency-Key")!].first else { return nil }
        let asked = Array((request.uri.query ?? "").utf8) + [0x0A] + body
        // The same place, however many slashes its address was written with.
        let path = request.uri.path.split(separator: "/").joined(separator: "/")
        return RepeatableRequest(
            account: credential.account, user: credential.user, route: "\(request.method) /\(path)/",
            key: try IdempotencyKey.parse(header), fingerprint: Digest.sha256(asked))
    }
}

/// The header `Idempotency-Key` of the IETF draft: a string in quotes. Clients that leave the quotes out are
/// understood.
enum IdempotencyKey {
    static let greatestLength = 255

    /// Error: `invalid_request`.
    static func parse(_ header: String) throws -> String {
        let isQuoted = header.utf8.first == UInt8(ascii: "\"")
        let key = isQuoted ? unquoted(header) : header
        guard let key, (1...greatestLength).contains(key.utf8.count),
            key.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else {
            throw ServiceError(
                .invalidRequest,
                "the Idempotency-Key is no key: send 1 to \(greatestLength) visible ASCII characters in quotes, "
                    + "for example a UUID")
        }
        return key
    }

    /// A string of RFC 8941; `nil` when it doesn't end where the header does.
    private static func unquoted(_ header: String) -> String? {
        var characters = header.utf8.dropFirst()
        var bytes: [UInt8] = []
        while let byte = characters.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return characters.isEmpty ? String(decoding: bytes, as: UTF8.self) : nil
            case UInt8(ascii: "\\"):
                guard let escaped = characters.popFirst(),
                    escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\")
                else { return nil }
                bytes.append(escaped)
            default: bytes.append(byte)
            }
        }
        return nil
    }
}

extension APIResponse {
    /// A stored answer as it was.
    init(_ stored: StoredAnswer) {
        self = .bytes(stored.body, contentType: "application/json", status: .init(code: stored.status))
    }
}

extension StoredAnswer {
    static func json(_ value: JSONValue, status: Int) -> StoredAnswer {
        StoredAnswer(status: status, body: value.canonicalBytes)
    }
}
