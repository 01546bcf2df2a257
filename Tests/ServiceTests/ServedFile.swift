import Foundation
import Service
import Store
import Units

/// A database file for one test, opened as a server opens it, taken away with it.
final class ServedFile: Sendable {
    let folder: URL
    let ledger: ServedLedger

    var path: String { folder.appending(path: "ledger.db").path() }

    init(limits: ServedLedger.Limits = ServedLedger.Limits()) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "kanjo-served-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        ledger = try ServedLedger(path: folder.appending(path: "ledger.db").path(), limits: limits)
    }

    /// Stops the threads; a test that ends without it would leave them waiting.
    func close() {
        ledger.close()
        try? FileManager.default.removeItem(at: folder)
    }
}
