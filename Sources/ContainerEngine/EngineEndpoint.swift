import AsyncHTTPClient
import Foundation
import NIOSSL

/// Where an engine listens, and how we show who we are.
public struct EngineEndpoint: Hashable, Sendable {
    /// What stands before the path of a request.
    let base: String
    let isEncrypted: Bool

    /// `unix:///run/docker.sock`, `https://HOST:PORT`, or `http://` on this machine's loopback only: whoever reaches
    /// an engine owns its host. Error: `refused`.
    public init(_ text: String) throws(EngineError) {
        if text.hasPrefix("unix://") {
            let path = String(text.dropFirst("unix://".count))
            guard path.hasPrefix("/"), path.utf8.count <= 107, let url = URL(httpURLWithSocketPath: path) else {
                throw Self.refusal(text, "a socket needs its whole path, of at most 107 bytes")
            }
            base = String(url.absoluteString.dropLast())
            isEncrypted = false
            return
        }
        guard let url = URLComponents(string: text), let host = url.host, !host.isEmpty,
            url.path.isEmpty || url.path == "/",
            url.user == nil, url.password == nil, url.query == nil, url.fragment == nil
        else {
            throw Self.refusal(text, "write unix:///PATH or https://HOST:PORT")
        }
        switch url.scheme {
        case "https": isEncrypted = true
        case "http" where ["127.0.0.1", "localhost", "[::1]", "::1"].contains(host): isEncrypted = false
        default: throw Self.refusal(text, "without TLS only this machine's own loopback is allowed; write https://")
        }
        base = text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    private static func refusal(_ text: String, _ advice: String) -> EngineError {
        EngineError(.refused, "'\(text.prefix(200))' is no address of a container engine: \(advice)")
    }
}

/// The files of TLS, PEM: whom we trust and who we are.
public struct EngineCertificates: Hashable, Sendable {
    /// `nil`: the system's authorities.
    public var authorityFile: String?
    /// Certificate and key belong together.
    public var certificateFile, keyFile: String?

    public init(authorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil) {
        self.authorityFile = authorityFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }

    /// Errors: `refused` for a file that can't be read or isn't what it should be.
    func configuration() throws(EngineError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        do {
            if let authorityFile {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorityFile))
            }
            if let certificateFile, let keyFile {
                configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificateFile)
                    .map { .certificate($0) }
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: keyFile, format: .pem))
            }
        } catch {
            let files = [authorityFile, certificateFile, keyFile].compactMap(\.self).joined(separator: ", ")
            throw EngineError(.refused, "the engine's certificates can't be read (\(files)): \(error)")
        }
        return configuration
    }
}
