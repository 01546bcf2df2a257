import Documents
import Spreadsheet

/// A list as a file for spreadsheets.
public enum ListingFile {
    public enum Form: String, Sendable, CaseIterable {
        case csv, xlsx
    }

    public enum Encoding: String, Sendable, CaseIterable {
        /// UTF-8 with the mark by which spreadsheets know it.
        case utf8WithMark = "utf-8-bom"
        case utf8 = "utf-8"
        case cp932
    }

    /// Writes it whole or not at all. Errors: `cannot_encode`, `cannot_make_workbook`, `cannot_write_file`.
    public static func write(
        _ listing: Listing, to path: String, as form: Form, encoding: Encoding, sheet: String
    ) throws {
        let file = try OutputFile(path: path)
        try file.write(try bytes(listing, as: form, encoding: encoding, sheet: sheet))
        try file.finish()
    }

    private static func bytes(
        _ listing: Listing, as form: Form, encoding: Encoding, sheet: String
    ) throws -> [UInt8] {
        guard form == .csv else { return try Workbook.bytes(listing, sheet: sheet) }
        return try self.bytes(ofCSV: listing.csv, encoding: encoding, isFirst: true)
    }

    /// - Parameter isFirst: whether a mark is due.
    static func bytes(ofCSV text: String, encoding: Encoding, isFirst: Bool) throws -> [UInt8] {
        switch encoding {
        case .utf8WithMark: (isFirst ? [0xEF, 0xBB, 0xBF] : []) + Array(text.utf8)
        case .utf8: Array(text.utf8)
        case .cp932: try CharacterSetBytes.cp932(text)
        }
    }
}
