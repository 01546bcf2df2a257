import Foundation
import GRDB
import TestSupport
import Testing

@testable import Store

/// What opens as a ledger, what is refused and why, and that a refused file stays as it was.
@Suite struct OpeningTests {
    private func code(_ path: String, _ mode: LedgerStore.Mode) -> StoreError.Code? {
        do {
            _ = try LedgerStore(path: path, mode: mode)
            return nil
        } catch let error as StoreError { return error.code } catch { return .internal }
    }

    @Test func everythingAcknowledgedIsOnDisk() throws {
        let database = try TemporaryDatabase()
        let store = try SmallLedger(path: database.path).store
        for path in [database.path, ":memory:"] {
            let own = path == ":memory:" ? try LedgerStore(path: path) : store
            // FULL: an answer is given after the disk has it.
            #expect(try own.database.queue.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
            #expect(try own.database.queue.read { try Int.fetchOne($0, sql: "PRAGMA foreign_keys") } == 1)
        }
        #expect(try store.database.queue.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
        // Readers never checkpoint: one connection does every write.
        let reader = try LedgerStore(path: database.path, mode: .readOnly)
        #expect(try reader.database.queue.read { try Int.fetchOne($0, sql: "PRAGMA wal_autocheckpoint") } == 0)
    }

    @Test func aTextFileIsNoLedger() throws {
        let database = try TemporaryDatabase()
        let text = Data("issuer:\n  name: 株式会社勘定\n".utf8) + Data(repeating: 0x20, count: 2_000)
        try text.write(to: URL(filePath: database.path))
        for mode in [LedgerStore.Mode.readWrite, .readOnly] { #expect(code(database.path, mode) == .notAKanjoDatabase) }
        #expect(try Data(contentsOf: URL(filePath: database.path)) == text)
    }

    @Test func anotherProgramsDatabaseIsNoLedger() throws {
        let database = try TemporaryDatabase()
        do {
            let other = try DatabaseQueue(path: database.path)
            try other.write { try $0.execute(sql: "CREATE TABLE event (position INTEGER PRIMARY KEY)") }
        }
        let bytes = try Data(contentsOf: URL(filePath: database.path))
        for mode in [LedgerStore.Mode.readWrite, .readOnly] { #expect(code(database.path, mode) == .notAKanjoDatabase) }
        #expect(try Data(contentsOf: URL(filePath: database.path)) == bytes)
    }

    @Test func aNewerSchemaIsRefused() throws {
        let database = try TemporaryDatabase()
        _ = try SmallLedger(path: database.path)
        do {
            let later = try DatabaseQueue(path: database.path)
            try later.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
        }
        for mode in [LedgerStore.Mode.readWrite, .readOnly] { #expect(code(database.path, mode) == .newerSchema) }
    }

    @Test func whatIsMissingIsMadeForWritingOnly() throws {
        let database = try TemporaryDatabase()
        #expect(code(database.path, .readOnly) == .missing)
        #expect(!FileManager.default.fileExists(atPath: database.path))
        #expect(code(database.path, .readWrite) == nil)
        #expect(code(database.path, .readOnly) == nil)
    }

    @Test func anEmptyFileBecomesALedger() throws {
        let database = try TemporaryDatabase()
        try Data().write(to: URL(filePath: database.path))
        #expect(code(database.path, .readOnly) == .notAKanjoDatabase)
        #expect(code(database.path, .readWrite) == nil)
        #expect(code(database.path, .readOnly) == nil)
    }

    @Test func folders() throws {
        let database = try TemporaryDatabase()
        let missing = database.folder.appending(path: "none/ledger.db").path()
        #expect(code(missing, .readWrite) == .readOnly)
        #expect(code(missing, .readOnly) == .missing)
        // The superuser may write anywhere but here.
        #expect(code("/proc/ledger.db", .readWrite) == .readOnly)
        try Data("x".utf8).write(to: database.folder.appending(path: "file"))
        #expect(code(database.folder.appending(path: "file/ledger.db").path(), .readWrite) == .readOnly)
        // A folder in the place of the file.
        #expect(code(database.folder.path(), .readWrite) == .readOnly)
    }

    @Test func oneWriterAtATime() throws {
        let database = try TemporaryDatabase()
        var first: SmallLedger? = try SmallLedger(path: database.path)
        #expect(code(database.path, .readWrite) == .busy)
        #expect(code(database.path, .readOnly) == nil)
        try first?.recordJob("job")
        first = nil
        #expect(try LedgerStore(path: database.path).head().size == 7)
    }

    @Test func aReaderCannotWrite() throws {
        let database = try TemporaryDatabase()
        let writer = try SmallLedger(path: database.path)
        let reader = try LedgerStore(path: database.path, mode: .readOnly)
        let events = EventScript("start 10-01T10:00").decoded
        let error = #expect(throws: StoreError.self) { try reader.record(events, at: SmallLedger.november5) }
        #expect(error?.code == .readOnly)
        #expect(try writer.store.head().size == 4)
    }

    /// Half of the file is gone: whatever is asked, the answer is that it is damaged.
    @Test func aFileCutInHalfIsFoundOut() throws {
        let database = try TemporaryDatabase()
        do {
            let ledger = try SmallLedger(path: database.path)
            for number in 0..<100 { try ledger.recordJob("job\(number)") }
        }
        let bytes = try Data(contentsOf: URL(filePath: database.path))
        try bytes.prefix(bytes.count / 2 / 4096 * 4096).write(to: URL(filePath: database.path))
        do {
            let report = try LedgerStore(path: database.path).verify()
            #expect(!report.isRight)
        } catch let error as StoreError { #expect(error.code == .corrupt, "\(error)") }
    }
}
