import Hummingbird
import Service
import Store
import UsageLedger

extension APIRequest {
    /// This request as one that may be repeated; `nil` when it bears no `Idempotency-Key`. To be asked before anything
    /// is checked: what has been answered is answered so again, whatever has changed since.
    /// Errors, in order: `invalid_request` (400) for a header that is no key; `idempotency_key_reused`;
    /// `AnsweredBefore`.
    func repeatable(_ body: [UInt8]) async throws -> RepeatableRequest? {
        guard let request = try repeatableRequest(body) else { return nil }
        let secrets = ledger.secrets
        let answer = try await ledger.readers.read { try $0.keptAnswer(to: request, secrets: secrets) }
        if let answer { throw AnsweredBefore(answer: answer) }
        return request
    }

    private func repeatableRequest(_ body: [UInt8]) throws -> RepeatableRequest? {
        let headers = request.headers[values: .init("Idempotency-Key")!]
        guard let header = headers.first else { return nil }
        guard headers.count == 1 else {
            throw ServiceError(.invalidRequest, "there are \(headers.count) headers Idempotency-Key; send one")
        }
        let asked = Array((request.uri.query ?? "").utf8) + [0x0A] + body
        // The same place, however many slashes its address was written with.
        let path = request.uri.path.split(separator: "/").joined(separator: "/")
        return RepeatableRequest(
            account: credential.account, user: credential.user, route: "\(request.method) /\(path)/",
            key: try IdempotencyKey.parse(header), fingerprint: Digest.sha256(asked))
    }
}

/// A repeat of a request: it gets the first one's answer.
struct AnsweredBefore: Error {
    let answer: StoredAnswer
}

/// The header `Idempotency-Key` of the IETF draft: a string in quotes, whose parameters mean nothing. Clients that
/// leave the quotes out are understood.
enum IdempotencyKey {
    static let greatestLength = 255

    /// Error: `invalid_request`.
    static func parse(_ header: String) throws -> String {
        let isQuoted = header.utf8.first == UInt8(ascii: "\"")
        let key = isQuoted ? unquoted(header) : header
        guard let key, (1...greatestLength).contains(key.utf8.count),
            key.utf8.allSatisfy({ ((isQuoted ? 0x20 : 0x21)...0x7E).contains($0) })
        else {
            throw ServiceError(
                .invalidRequest,
                "the Idempotency-Key is no key: send 1 to \(greatestLength) visible ASCII characters in quotes, "
                    + "for example a UUID")
        }
        return key
    }

    /// A string of RFC 8941; `nil` when something other than parameters follows it.
    private static func unquoted(_ header: String) -> String? {
        var characters = header.utf8.dropFirst()
        var bytes: [UInt8] = []
        while let byte = characters.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                let isLast = characters.isEmpty || characters.first == UInt8(ascii: ";")
                return isLast ? String(decoding: bytes, as: UTF8.self) : nil
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
    static func json(_ value: JSONValue, status: Int = 200) -> StoredAnswer {
        StoredAnswer(status: status, body: value.canonicalBytes)
    }
}
