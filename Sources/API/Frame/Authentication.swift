import Foundation
import HTTPTypes
import Service
import Units

/// HTTP Basic (RFC 7617): the access token as user, its secret as password.
enum Authentication {
    /// Whoever the header stands for. Error: `unauthorized`, in the same words whatever was wrong.
    static func credential(_ headers: HTTPFields, keys: KeyRing, at now: Instant) throws -> Credential {
        guard let header = headers[.authorization], let (token, secret) = basic(header),
            let credential = keys.credential(token: token, secret: secret, at: now)
        else {
            throw ServiceError(
                .unauthorized, "no valid key: send HTTP Basic with an access token and its secret, both still valid")
        }
        return credential
    }

    /// Token and secret of a header.
    static func basic(_ header: String) -> (token: String, secret: String)? {
        let bytes = header.utf8
        guard bytes.count > 6, bytes.prefix(6).elementsEqual("basic ".utf8, by: { $0 | 0x20 == $1 }),
            let data = Data(base64Encoded: Data(bytes.dropFirst(6).drop { $0 == 0x20 })),
            let colon = data.firstIndex(of: UInt8(ascii: ":")),
            let token = String(validating: data[..<colon], as: UTF8.self),
            let secret = String(validating: data[(colon + 1)...], as: UTF8.self)
        else { return nil }
        return (token, secret)
    }
}
