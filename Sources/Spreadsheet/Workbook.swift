import CXlsxWriter
import Documents

#if canImport(Glibc)
    import Glibc
#endif

/// Why a list can't become a workbook.
public struct SpreadsheetError: Error, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        case cannotMakeWorkbook = "cannot_make_workbook"
    }

    public let code: Code
    public let description: String

    init(_ description: String) {
        code = .cannotMakeWorkbook
        self.description = description
    }
}

/// A list as an XLSX workbook (ECMA-376) of one sheet, for spreadsheet programs.
public enum Workbook {
    /// Rows of a sheet, its header among them.
    public static let mostRows = 1_048_576
    /// A spreadsheet keeps 15 digits of a number; what has more is written as text, so that no digit is lost.
    static let mostDigits = 15
    /// Bytes depend on the list alone: every workbook says that it was made on 2000-01-01.
    private static let madeAtUnixSeconds = 946_684_800

    /// The bytes of the workbook: numbers as numbers, texts as texts (a text that begins with `=` is no formula), the
    /// header frozen. Error: `cannot_make_workbook` for more rows than a sheet has, a text longer than a cell holds, or
    /// a full temporary folder. O(cells).
    public static func bytes(_ listing: Listing, sheet name: String) throws -> [UInt8] {
        guard listing.rows.count < mostRows else {
            throw SpreadsheetError(
                "\(listing.rows.count) rows are more than a sheet holds (\(mostRows - 1)); ask for less, or write CSV")
        }
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var path = Array(("\(folder)/kanjo-workbook-" + String(repeating: "X", count: 6)).utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else {
            throw SpreadsheetError("\(folder) takes no temporary file; check the folder and its space")
        }
        defer {
            close(descriptor)
            unlink(path)
        }
        // What isn't written yet stands in files, so that memory doesn't grow with the rows.
        var options = lxw_workbook_options()
        options.constant_memory = 1
        guard let workbook = workbook_new_opt(path, &options) else {
            throw SpreadsheetError("the workbook can't be begun; check the folder \(folder) and its space")
        }
        let filled = Result { try fill(workbook, listing, sheet: name) }
        let code = workbook_close(workbook)
        try filled.get()
        try check(code, "the workbook")
        return try content(descriptor)
    }

    private static func content(_ descriptor: Int32) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = pread(descriptor, &chunk, chunk.count, bytes.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SpreadsheetError("the workbook can't be read back") }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }

    private static func fill(
        _ workbook: UnsafeMutablePointer<lxw_workbook>, _ listing: Listing, sheet name: String
    ) throws {
        var properties = lxw_doc_properties()
        properties.created = madeAtUnixSeconds
        try check(workbook_set_properties(workbook, &properties), "the properties")
        guard let sheet = workbook_add_worksheet(workbook, name), let bold = workbook_add_format(workbook),
            let whole = workbook_add_format(workbook)
        else { throw SpreadsheetError("the sheet '\(name)' can't be made") }
        format_set_bold(bold)
        format_set_num_format(whole, "#,##0")
        worksheet_freeze_panes(sheet, 1, 0)
        try check(worksheet_set_column(sheet, 0, UInt16(listing.columns.count - 1), 18, nil), "the columns")
        for (column, heading) in listing.columns.enumerated() {
            try check(worksheet_write_string(sheet, 0, UInt16(column), heading.name, bold), heading.name)
        }
        for (row, values) in listing.rows.enumerated() {
            for (column, value) in values.enumerated() {
                let code = write(value, to: sheet, row: UInt32(row + 1), column: UInt16(column), whole: whole)
                try check(code, "row \(row + 1), \(listing.columns[column].name)")
            }
        }
    }

    private static func write(
        _ value: Listing.Value, to sheet: UnsafeMutablePointer<lxw_worksheet>, row: UInt32, column: UInt16,
        whole: UnsafeMutablePointer<lxw_format>
    ) -> lxw_error {
        switch value {
        case .text(let text): worksheet_write_string(sheet, row, column, text, nil)
        case .integer(let number): write(String(number), to: sheet, row: row, column: column, whole)
        case .decimal(let digits): write(digits, to: sheet, row: row, column: column, nil)
        case .flag(let flag): worksheet_write_boolean(sheet, row, column, flag ? 1 : 0, nil)
        case .none: LXW_NO_ERROR
        }
    }

    private static func write(
        _ digits: String, to sheet: UnsafeMutablePointer<lxw_worksheet>, row: UInt32, column: UInt16,
        _ format: UnsafeMutablePointer<lxw_format>?
    ) -> lxw_error {
        guard digits.utf8.count(where: { $0 >= 48 && $0 <= 57 }) <= mostDigits else {
            return worksheet_write_string(sheet, row, column, digits, nil)
        }
        // The only number form of the file; 15 digits come back from it as they went in.
        return worksheet_write_number(sheet, row, column, strtod(digits, nil), format)
    }

    private static func check(_ code: lxw_error, _ what: String) throws {
        guard code == LXW_NO_ERROR else {
            throw SpreadsheetError("\(what) can't be written: \(String(cString: lxw_strerror(code)))")
        }
    }
}
