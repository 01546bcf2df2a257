import CZip
import Units

/// Why an archive can't be made.
public struct ArchiveError: Error, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        case cannotMakeArchive = "cannot_make_archive"
    }

    public let code = Code.cannotMakeArchive
    public let description: String
}

/// A ZIP archive (APPNOTE 6.3) made of files. The same files, names and days give the same bytes.
public enum ZIPArchive {
    public struct Entry: Sendable {
        /// Inside the archive.
        public let name: String
        /// Of the file that it is read from when the archive is written.
        public let path: String
        /// What the archive says when the file was made, at noon.
        public let day: CivilDay

        public init(name: String, path: String, day: CivilDay) {
            self.name = name
            self.path = path
            self.day = day
        }
    }

    /// Writes the archive; a file of that path is replaced. Files are read and compressed one after the other, never
    /// held in memory. Error: `cannot_make_archive`.
    public static func write(_ entries: [Entry], to path: String) throws(ArchiveError) {
        var number: Int32 = 0
        guard let archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &number) else {
            throw ArchiveError(description: "\(path) can't be made (\(number)); check the folder and its space")
        }
        for entry in entries {
            guard let source = zip_source_file(archive, entry.path, 0, -1) else {
                throw failure(archive, entry.name)
            }
            let index = zip_file_add(archive, entry.name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
            guard index >= 0 else {
                zip_source_free(source)
                throw failure(archive, entry.name)
            }
            let (year, month, day) = entry.day.components
            // MS-DOS fields: two-second steps from 1980, no time zone.
            let date = UInt16((max(year, 1980) - 1980) << 9 | month << 5 | day)
            guard zip_file_set_dostime(archive, zip_uint64_t(index), 12 << 11, date, 0) == 0 else {
                throw failure(archive, entry.name)
            }
        }
        guard zip_close(archive) == 0 else { throw failure(archive, path) }
    }

    private static func failure(_ archive: OpaquePointer, _ what: String) -> ArchiveError {
        let reason = String(cString: zip_strerror(archive))
        zip_discard(archive)
        return ArchiveError(description: "\(what) can't be archived: \(reason); check the folder and its space")
    }
}
