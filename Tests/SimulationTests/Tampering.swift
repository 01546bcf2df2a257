import Foundation
import GRDB
import TestSupport

extension TemporaryDatabase {
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
}
