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

    private static func basic(_ header: String) -> (token: String, secret: String)? {
        guard header.count > 6, header.prefix(6).lowercased() == "basic ",
            let data = Data(base64Encoded: header.dropFirst(6).trimmingCharacters(in: .whitespaces)),
            let text = String(validating: data, as: UTF8.self), let colon = text.firstIndex(of: ":")
        else { return nil }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }
}
