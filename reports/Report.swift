/// One administrators' report: a question, and the SQL that answers it. Each is one file of this folder; README.md says
/// how to add one.
public struct Report: Hashable, Sendable {
    /// Something that the reader chooses.
    public struct Parameter: Hashable, Sendable {
        public let name: String
        public let type: ValueType
        public let need: Need
        public let title: String
    }

    /// What happens when a parameter isn't given.
    public enum Need: Hashable, Sendable {
        case required
        /// The SQL gets NULL, which stands for all.
        case optional
        /// This text is read instead, as if it had been given. `now` is the present instant.
        case fallback(String)
    }

    /// One column of the answer, in the order of the SELECT.
    public struct Column: Hashable, Sendable {
        public let name: String
        public let type: ValueType
        public let title: String
    }

    /// What a value means, and so how it is stored, read and written.
    public enum ValueType: String, Hashable, Sendable, CaseIterable {
        case text
        case integer
        /// Whole yen, an integer.
        case yen
        /// Whole seconds, an integer.
        case seconds
        /// GPU seconds as an integer count of thousandths.
        case gpuSeconds = "gpu_seconds"
        /// Days since 1970-01-01, Japan time.
        case day
        /// year × 12 + month − 1.
        case month
        /// Nanoseconds since 1970-01-01T00:00:00Z.
        case instant
        /// An exact decimal, held as text.
        case decimal

        /// Those that a person can type.
        static let ofParameters: Set<ValueType> = [.text, .integer, .day, .month, .instant]
        /// Those that can be the length of a bar.
        static let ofBars: Set<ValueType> = [.integer, .yen, .seconds, .gpuSeconds, .decimal]
    }

    /// What a person looks at rather than reads: two or three columns as a picture.
    public struct Chart: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable, CaseIterable {
            /// Upright, along time.
            case columns
            /// Lying, with room for names.
            case bars
        }

        public let kind: Kind
        /// Names of columns: what a bar is of, how long it is, and by what it is divided.
        public let category: String
        public let value: String
        public let series: String?
    }

    /// The file's name without its ending: how people ask for it.
    public let name: String
    public let title: String
    public let question: String
    /// What the reader must know to read it right; empty when there is nothing to say.
    public let note: String
    public let parameters: [Parameter]
    public let columns: [Column]
    public let chart: Chart?
    /// A check: any row is a fault.
    public let mustBeEmpty: Bool
    /// One SELECT statement, without the heading.
    public let sql: String

    /// All reports, by name. Each file is parsed by a test, so a heading that can't be read never leaves the house.
    public static let all: [Report] = embeddedFiles.map { path, text in
        do {
            return try Report(name: String(path.dropLast(".sql".count)), text: text)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// The report of that name.
    public static func named(_ name: String) -> Report? { all.first { $0.name == name } }
}

/// Why a report file can't be read: a mistake of its author.
public struct ReportHeadingError: Error, Hashable, Sendable, CustomStringConvertible {
    public let report: String
    /// Counted from 1.
    public let line: Int
    public let message: String

    public var description: String { "reports/\(report).sql, line \(line): \(message)" }
}
