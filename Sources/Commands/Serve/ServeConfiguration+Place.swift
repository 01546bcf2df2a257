import API
import Foundation
import Service

extension ServeConfiguration {
    /// Whether a server could start here and now: its address, its certificate, and the folders and files that it is
    /// told to use. The port itself isn't taken: a server may be running with these settings.
    /// Error: `invalid_configuration` with everything that is wrong.
    func checkPlace(ofDatabase path: String) throws {
        var faults: [String] = []
        if let words = ListeningAddress.fault(host: host) { faults.append("server.host: \(words)") }
        do {
            try api.checkCertificate()
        } catch {
            faults.append(ErrorTable.show(error).message)
        }
        if let portFile, let words = Self.fault(inFolderOf: portFile) { faults.append("server.port_file: \(words)") }
        if path != ":memory:", let words = Self.fault(inFolderOf: path) { faults.append("--db (KANJO_DB): \(words)") }
        if let file = ledger.secretKeyFile {
            do {
                try SecretCipher.check(keyFile: file)
            } catch {
                faults.append("ledger.secret_key_file: \(ErrorTable.show(error).message)")
            }
        }
        guard faults.isEmpty else {
            throw ServiceError(
                .invalidConfiguration, "the configuration can't be used here:\n  " + faults.joined(separator: "\n  "))
        }
    }

    /// What is wrong with the folder in which a file is to be made.
    private static func fault(inFolderOf file: String) -> String? {
        let parent = (file as NSString).deletingLastPathComponent
        let folder = parent.isEmpty ? "." : parent
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            return "the folder of \(file) isn't there"
        }
        return FileManager.default.isWritableFile(atPath: folder) ? nil : "the folder of \(file) can't be written"
    }
}
