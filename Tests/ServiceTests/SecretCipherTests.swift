import Foundation
import Service
import TestSupport
import Testing

@Suite struct SecretCipherTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "kanjo-key-\(UUID().uuidString)")

    private func inFolder(_ body: (_ path: String) throws -> Void) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.appending(path: "ledger.db.key").path())
    }

    @Test func aSecretComesBackAlsoAfterARestart() throws {
        try inFolder { path in
            let sealed = try SecretCipher(keyFile: path).seal("pässword", for: "registry:1")
            #expect(!sealed.contains("pässword"))
            let later = SecretCipher(keyFile: path)
            #expect(try later.open(sealed, for: "registry:1") == "pässword")
            #expect(try later.seal("pässword", for: "registry:1") != sealed)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(attributes[.size] as? Int == 32)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()).count == 1)
        }
    }

    @Test func aSecretOpensOnlyInItsPlaceAndWithItsKey() throws {
        let cipher = SecretCipher(keyFile: nil)
        let sealed = try cipher.seal("secret", for: "registry:1")
        #expect(throws: ServiceError.self) { try cipher.open(sealed, for: "registry:2") }
        #expect(throws: ServiceError.self) { try SecretCipher(keyFile: nil).open(sealed, for: "registry:1") }
        #expect(throws: ServiceError.self) { try cipher.open("secret", for: "registry:1") }
    }

    @Test func aKeyFileThatOthersMayReadOrOfWrongLengthIsRefused() throws {
        try inFolder { path in
            try Data(repeating: 7, count: 32).write(to: URL(filePath: path))
            chmod(path, 0o644)
            #expect(throws: ServiceError.self) { try SecretCipher(keyFile: path).seal("a", for: "b") }
            chmod(path, 0o600)
            #expect(try !SecretCipher(keyFile: path).seal("a", for: "b").isEmpty)
            try Data(repeating: 7, count: 31).write(to: URL(filePath: path))
            #expect(throws: ServiceError.self) { try SecretCipher(keyFile: path).seal("a", for: "b") }
        }
    }
}
