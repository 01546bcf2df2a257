import Archive
import Billing
import Documents
import Feeds
import Print
import Spreadsheet
import Store
import UsageLedger
import Units

/// The one table of errors: code → exit status → HTTP status. The words come from the error itself. A code that isn't
/// here is `internal`.
public enum ErrorTable {
    /// What the program's exit says, after sysexits.h where that has a number. Documented in docs/exit-statuses.md.
    public enum ExitStatus: Int32, Sendable, CaseIterable {
        case ok = 0
        /// Done, but not with everything: lines were refused or are in conflict, or a check found something.
        case incomplete = 1
        /// The command line can't be understood.
        case usage = 64
        /// The input is wrong.
        case data = 65
        /// An input, database or document isn't there.
        case noInput = 66
        /// A rule or an open question forbids it.
        case refused = 69
        /// Our fault.
        case `internal` = 70
        /// Reading or writing failed: a damaged file, a full disk.
        case inputOutput = 74
        /// Another process is busy; try again.
        case temporary = 75
        case noPermission = 77
        /// This file is not for this program.
        case configuration = 78
    }

    public struct Row: Sendable {
        public let code: String
        public let exitStatus: ExitStatus
        public let httpStatus: Int

        init(_ code: String, _ exitStatus: ExitStatus, _ httpStatus: Int) {
            self.code = code
            self.exitStatus = exitStatus
            self.httpStatus = httpStatus
        }
    }

    public static let rows: [Row] = [
        Row("invalid_arguments", .usage, 400),
        // Values (Units).
        Row("invalid_instant", .usage, 400), Row("instant_out_of_range", .usage, 400), Row("invalid_day", .usage, 400),
        Row("invalid_period", .usage, 400), Row("invalid_decimal", .usage, 400),
        Row("decimal_out_of_range", .usage, 400),
        Row("invalid_identifier", .usage, 400), Row("invalid_request", .usage, 400),
        // Requests (Service).
        Row("invalid_body", .data, 422), Row("unauthorized", .noPermission, 401), Row("forbidden", .noPermission, 403),
        Row("method_not_allowed", .usage, 405), Row("unsupported_media_type", .data, 415),
        Row("idempotency_key_reused", .refused, 409), Row("head_too_large", .data, 431),
        Row("invalid_configuration", .configuration, 500), Row("address_in_use", .temporary, 500),
        Row("too_many_requests", .temporary, 429),
        Row("overloaded", .temporary, 503), Row("ledger_failed", .inputOutput, 503),
        Row("webhook_unreachable", .temporary, 502), Row("webhook_timed_out", .temporary, 504),
        Row("container_not_listening", .temporary, 503), Row("container_timed_out", .temporary, 504),
        Row("container_answer_broken", .temporary, 502),
        Row("secret_key_unusable", .configuration, 500), Row("budget_exceeded", .refused, 403),
        // Events (UsageLedger).
        Row("invalid_json", .data, 400), Row("duplicate_key", .data, 400), Row("too_large", .data, 413),
        Row("missing_field", .data, 400), Row("invalid_field", .data, 400), Row("unknown_type", .data, 400),
        Row("instant_in_future", .data, 422), Row("invalid_row", .data, 400), Row("not_a_gpu_job", .data, 422),
        Row("unreadable_input", .inputOutput, 400), Row("conflict", .incomplete, 409),
        // Set-up files (Billing).
        Row("invalid_set_up_file", .data, 400), Row("unknown_key", .data, 400), Row("invalid_value", .data, 400),
        Row("unknown_reference", .data, 422), Row("prices_share_a_day", .data, 422),
        Row("price_is_used", .refused, 409),
        Row("days_are_invoiced", .refused, 409), Row("plan_is_used", .refused, 409),
        // Feeds and files.
        Row("cannot_open", .noInput, 400), Row("cannot_read", .inputOutput, 400), Row("corrupt_gzip", .data, 400),
        Row("unknown_time_zone", .usage, 400), Row("cannot_read_file", .noInput, 500),
        Row("cannot_write_file", .inputOutput, 500), Row("cannot_encode", .refused, 409),
        // Printing (Print).
        Row("fonts_missing", .configuration, 500), Row("fonts_differ", .configuration, 500),
        Row("template_unknown", .configuration, 500),
        Row("cannot_print", .internal, 500), Row("cannot_make_workbook", .inputOutput, 500),
        Row("cannot_make_archive", .inputOutput, 500),
        Row("no_peppol_address", .refused, 409),
        // The database (Store).
        Row("database_missing", .noInput, 500), Row("not_found", .noInput, 404),
        Row("not_a_kanjo_database", .configuration, 500),
        Row("newer_schema", .configuration, 500), Row("database_busy", .temporary, 503),
        Row("database_read_only", .noPermission, 500),
        Row("disk_full", .inputOutput, 507), Row("database_corrupt", .inputOutput, 500),
        Row("input_output", .inputOutput, 500),
        Row("invalid_issue_day", .data, 422),
        Row("nothing_to_return", .refused, 409), Row("nothing_to_correct", .refused, 409),
        Row("refused", .refused, 409), Row("gate_open", .refused, 409), Row("internal", .internal, 500),
    ]

    private static let rowOfCode = Dictionary(uniqueKeysWithValues: rows.map { ($0.code, $0) })

    public static func row(_ code: String) -> Row { rowOfCode[code] ?? rowOfCode["internal"]! }

    /// An error as it is shown: its row, the words for people, and what only the log may see.
    public struct Shown: Sendable {
        public let row: Row
        public let message: String
        /// Of an unknown error.
        public let detail: String?
    }

    public static func show(_ error: any Error) -> Shown {
        let code: String? =
            switch error {
            case let error as UnitError: error.code.rawValue
            case let error as EventError: error.code.rawValue
            case let error as SetUpErrors: error.code.rawValue
            case let error as FeedError: error.code.rawValue
            case let error as StoreError: error.code.rawValue
            case is GateError: "gate_open"
            case is BudgetExceeded: "budget_exceeded"
            case let error as ServiceError: error.code.rawValue
            case let error as PrintError: error.code.rawValue
            case let error as ArchiveError: error.code.rawValue
            case let error as SpreadsheetError: error.code.rawValue
            case let error as PeppolError: error.code.rawValue
            default: nil
            }
        guard let code, rowOfCode[code] != nil else {
            return Shown(
                row: row("internal"),
                message: "something went wrong inside kanjo; repeat with --verbose and report what it says",
                detail: String(describing: error))
        }
        return Shown(row: row(code), message: String(describing: error), detail: nil)
    }
}
