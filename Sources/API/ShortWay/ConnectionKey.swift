import Service
import Units

/// The key of a connection's latest request. Clients send the same header with each: it is decoded, and its secret
/// hashed, once for as long as no key changes; whether the key still holds is asked each time.
struct ConnectionKey {
    private var latest: (header: String, key: ProvenKey)?

    /// Whoever the header stands for; `nil` where it stands for nobody.
    mutating func credential(_ header: String?, keys: KeyRing, at now: Instant) -> Credential? {
        guard let header else { return nil }
        if let latest, latest.header.utf8.hasSameBytesInSameTime(as: header.utf8),
            let credential = keys.credential(of: latest.key, at: now)
        {
            return credential
        }
        guard let (token, secret) = Authentication.basic(header),
            let key = keys.prove(token: token, secret: secret, at: now)
        else { return nil }
        latest = (header, key)
        return key.credential
    }
}
