import GRDB
import GRDBSQLite

/// Why the database can't do what was asked. The shell's error table maps the codes to exit statuses.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        case notAKanjoDatabase = "not_a_kanjo_database"
        case newerSchema = "newer_schema"
        case missing = "database_missing"
        case busy = "database_busy"
        case readOnly = "database_read_only"
        case full = "disk_full"
        case corrupt = "database_corrupt"
        case inputOutput = "input_output"
        case refused = "refused"
        case notFound = "not_found"
        /// A document can't bear this day.
        case invalidIssueDay = "invalid_issue_day"
        case nothingToReturn = "nothing_to_return"
        case nothingToCorrect = "nothing_to_correct"
        case `internal` = "internal"
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    /// Says what SQLite's result code means for a person.
    init(sqlite resultCode: Int32, _ detail: String) {
        switch resultCode & 0xFF {
        case SQLITE_FULL:
            self.init(
                .full,
                "the disk (or the database's size limit) is full; nothing of this step was written, free space "
                    + "and repeat it"
            )
        case SQLITE_READONLY, SQLITE_PERM:
            self.init(
                .readOnly,
                "the database or its folder can't be written (\(detail)); check its permissions or choose --db "
                    + "elsewhere"
            )
        case SQLITE_CANTOPEN:
            self.init(
                .readOnly, "the database can't be opened (\(detail)); check that its folder exists and can be written")
        case SQLITE_BUSY, SQLITE_LOCKED:
            self.init(.busy, "another process is using the database (\(detail)); wait for it to end and repeat")
        case SQLITE_NOTADB:
            self.init(.notAKanjoDatabase, "the file is no Kanjo database; name another one with --db")
        case SQLITE_CORRUPT:
            self.init(.corrupt, "the database file is damaged (\(detail)); restore a backup, then run verify")
        case SQLITE_IOERR:
            self.init(
                .inputOutput, "reading or writing the database failed (\(detail)); check the disk, then run verify")
        case SQLITE_CONSTRAINT:
            self.init(.refused, "the database refused it: \(detail)")
        default:
            self.init(.internal, "database error \(resultCode): \(detail)")
        }
    }

    init(_ error: DatabaseError) {
        self.init(sqlite: error.resultCode.rawValue, error.message ?? "no detail")
    }
}
