import Foundation

/// A folder of its own for one database, removed at the end.
public final class TemporaryDatabase: Sendable {
    public let folder: URL
    public var path: String { folder.appending(path: "ledger.db").path(percentEncoded: false) }

    public init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "kanjo-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}
