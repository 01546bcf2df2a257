import Crypto
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Encrypts what the ledger must give back in plain words but never hold in them: environments of tasks, passwords of
/// registries (AES-256-GCM). The key lies in a file of its own, so that a copy of the database tells no secret.
public final class SecretCipher: Sendable {
    /// Begins every sealed text, so that one is known as such, and another cipher can follow.
    public static let prefix = "aes-256-gcm:"
    private static let keyBytes = 32

    /// `nil`: the key lives as long as this value.
    private let path: String?
    private let key = Mutex<SymmetricKey?>(nil)

    /// The file isn't touched before the first secret. For a ledger in memory the key is in memory too.
    public init(keyFile path: String?) { self.path = path }

    /// The file that belongs to a database, unless the operator names another.
    public static func defaultKeyFile(ofDatabase path: String) -> String? {
        path == ":memory:" ? nil : path + ".key"
    }

    /// Whether a key file can be used, or made when it is needed; makes none. Error: `secret_key_unusable`.
    public static func check(keyFile path: String) throws {
        guard access(path, F_OK) != 0 else {
            _ = try keyInFile(path)
            return
        }
        let folder = (path as NSString).deletingLastPathComponent
        guard access(folder.isEmpty ? "." : folder, W_OK | X_OK) != 0 else { return }
        throw ServiceError(
            .secretKeyUnusable,
            "the secret key file \(path) can't be made (\(String(cString: strerror(errno)))); check its folder")
    }

    /// Encrypts with a fresh nonce: the same words never look the same twice. Error: `secret_key_unusable`.
    /// - Parameter place: where the text is kept, for example `registry:…`; only there can it be opened.
    public func seal(_ plain: String, for place: String) throws -> String {
        try seal(plain, for: place, nonce: nil)
    }

    /// Encrypts so that the same words of the same thing at the same place always look the same, and no others do: the
    /// nonce is made of all three (a synthetic one, as in RFC 8452). Error: `secret_key_unusable`.
    /// - Parameter thing: what the words belong to, for example an event's source and id.
    func sealRepeatably(_ plain: String, for place: String, of thing: String) throws -> String {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: try present(), info: Data("kanjo repeatable nonces".utf8), outputByteCount: 32)
        let parts = [place, thing, plain].map { "\($0.utf8.count):\($0)" }.joined()
        let code = HMAC<SHA256>.authenticationCode(for: Data(parts.utf8), using: key)
        let nonce = try AES.GCM.Nonce(data: Data(code).prefix(12))
        return try seal(plain, for: place, nonce: nonce)
    }

    private func seal(_ plain: String, for place: String, nonce: AES.GCM.Nonce?) throws -> String {
        let sealed = try AES.GCM.seal(
            Data(plain.utf8), using: try present(), nonce: nonce, authenticating: Data(place.utf8))
        guard let combined = sealed.combined else {
            throw ServiceError(.secretKeyUnusable, "the secret key file gives no 12-byte nonce; restore it")
        }
        return Self.prefix + combined.base64EncodedString()
    }

    /// Error: `secret_key_unusable`, also when the text was sealed with another key or for another place.
    public func open(_ sealed: String, for place: String) throws -> String {
        guard sealed.hasPrefix(Self.prefix),
            let data = Data(base64Encoded: String(sealed.dropFirst(Self.prefix.count))),
            let box = try? AES.GCM.SealedBox(combined: data)
        else { throw ServiceError(.secretKeyUnusable, "a stored secret is no sealed text; run verify") }
        guard let plain = try? AES.GCM.open(box, using: try present(), authenticating: Data(place.utf8)) else {
            throw ServiceError(
                .secretKeyUnusable,
                "a stored secret can't be opened with the key in \(path ?? "memory"); restore the key file with which "
                    + "it was written")
        }
        return String(decoding: plain, as: UTF8.self)
    }

    /// Signs a text, with a key made of the one that encrypts: 64 hexadecimal digits. Error: `secret_key_unusable`.
    func sign(_ text: String) throws -> String {
        HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: try signingKey()).map {
            ($0 < 16 ? "0" : "") + String($0, radix: 16)
        }.joined()
    }

    /// In constant time. Error: `secret_key_unusable`.
    /// - Parameter digits: how many of the signature are given.
    func isRight(_ signature: String, of text: String, digits: Int = 64) throws -> Bool {
        let right = Array(try sign(text).utf8.prefix(digits)), given = Array(signature.utf8)
        return right.count == given.count && zip(right, given).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private func signingKey() throws -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: try present(), info: Data("kanjo download links".utf8), outputByteCount: 32)
    }

    private func present() throws -> SymmetricKey {
        try key.withLock { key in
            if let key { return key }
            let made = try path.map { SymmetricKey(data: try Self.keyInFile($0)) } ?? SymmetricKey(size: .bits256)
            key = made
            return made
        }
    }

    private static func keyInFile(_ path: String) throws -> Data {
        if access(path, F_OK) != 0 { try makeFile(path) }
        var status = stat()
        guard stat(path, &status) == 0, let data = FileManager.default.contents(atPath: path) else {
            throw ServiceError(.secretKeyUnusable, "the secret key file \(path) can't be read; check its permissions")
        }
        guard data.count == keyBytes else {
            throw ServiceError(
                .secretKeyUnusable,
                "the secret key file \(path) has \(data.count) bytes, not \(keyBytes); restore the right one")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw ServiceError(
                .secretKeyUnusable, "others may read the secret key file \(path); run `chmod 600 \(path)`")
        }
        return data
    }

    /// Written beside, flushed, then linked to its name: a key file is whole or not there. Whoever comes second keeps
    /// the first one's.
    private static func makeFile(_ path: String) throws {
        let beside = path + ".\(getpid()).new"
        func fail(_ what: String) -> ServiceError {
            let reason = String(cString: strerror(errno))
            return ServiceError(
                .secretKeyUnusable, "the secret key file \(path) can't be \(what) (\(reason)); check its folder")
        }
        let file = Glibc.open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw fail("made") }
        defer { unlink(beside) }
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let isWritten = write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        guard close(file) == 0, isWritten else { throw fail("written") }
        guard link(beside, path) == 0 || errno == EEXIST else { throw fail("made") }
        let folder = Glibc.open((path as NSString).deletingLastPathComponent + "/.", O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }
}
