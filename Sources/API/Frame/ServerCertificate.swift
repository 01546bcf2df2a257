import NIOSSL
import Service

#if canImport(Glibc)
    import Glibc
#endif

extension APISettings {
    /// Reads the certificate and its key, if there are any. Error: `invalid_configuration`, which names the file at
    /// fault.
    public func checkCertificate() throws { _ = try serverTLS() }

    /// TLS 1.2 and later with the files of the settings; `nil` without files. Error: `invalid_configuration`.
    func serverTLS() throws -> TLSConfiguration? {
        guard let certificateFile = tlsCertificateFile, let keyFile = tlsKeyFile else { return nil }
        func fault(_ key: String, _ words: String) -> ServiceError {
            ServiceError(.invalidConfiguration, "\(key): \(words)")
        }
        for (key, path) in [("tls.certificate_file", certificateFile), ("tls.key_file", keyFile)] {
            guard access(path, R_OK) == 0 else {
                throw fault(key, "\(path) can't be read: \(String(cString: strerror(errno)))")
            }
        }
        guard let chain = try? NIOSSLCertificate.fromPEMFile(certificateFile), !chain.isEmpty else {
            throw fault("tls.certificate_file", "\(certificateFile) holds no certificate in PEM")
        }
        guard let privateKey = try? NIOSSLPrivateKey(file: keyFile, format: .pem) else {
            throw fault("tls.key_file", "\(keyFile) holds no private key in PEM, or one with a passphrase")
        }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        tls.minimumTLSVersion = .tlsv12
        do {
            _ = try NIOSSLContext(configuration: tls)
        } catch {
            throw fault("tls.key_file", "\(keyFile) is not the key of the certificate in \(certificateFile)")
        }
        return tls
    }
}
