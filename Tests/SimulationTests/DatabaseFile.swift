import Foundation
import GRDB

/// A folder of its own for one database, removed at the end.
final class DatabaseFile: Sendable {
    let folder: URL
    var path: String { folder.appending(path: "ledger.db").path() }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "kanjo-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Changes the file as somebody with SQLite at hand could: without the triggers that forbid it.
    func tamper(_ sql: String) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        try DatabaseQueue(path: path, configuration: configuration).writeWithoutTransaction { database in
            for name in try String.fetchAll(database, sql: "SELECT name FROM sqlite_schema WHERE type = 'trigger'") {
                try database.execute(sql: "DROP TRIGGER \(name)")
            }
            try database.execute(sql: sql)
            if database.totalChangesCount == 0 { throw CocoaError(.featureUnsupported) }
        }
    }

    /// Numbers and texts of a query, as text.
    func values(_ sql: String) throws -> [String] {
        try DatabaseQueue(path: path).read { try String.fetchAll($0, sql: sql) }
    }
}
