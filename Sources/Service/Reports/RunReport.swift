import Reports
import Store
import Units

/// Asks a report of `reports/` by name, with parameters as people type them.
///
///     let reports = RunReport(store: store, now: now)
///     let answer = try reports.run(named: "usage-by-account", parameters: ["period": "2017-11"])
///     for row in answer.rows { print(row.map(\.text).joined(separator: ",")) }
public struct RunReport {
    private let store: LedgerStore
    private let now: Instant

    /// - Parameter now: our clock, for reports about the present.
    public init(store: LedgerStore, now: Instant) {
        self.store = store
        self.now = now
    }

    /// All that can be asked, by name.
    public static var list: [Report] { Report.all }

    /// Errors, in order: `not_found` (no such report, with the names there are), `invalid_request` (an unknown, then a
    /// missing, then an unreadable parameter), and those of `LedgerStore.report`.
    public func run(named name: String, parameters: [String: String] = [:]) throws -> ReportAnswer {
        guard let report = Report.named(name) else {
            throw StoreError(
                .notFound,
                "there is no report '\(name)'; choose one of \(Report.all.map(\.name).joined(separator: ", "))")
        }
        let arguments = try ReportArguments(report, given: parameters, now: now)
        let result = try store.report(report.query(arguments))
        return ReportAnswer(
            report: report, parameters: arguments.texts,
            rows: result.rows.map { row in zip(row, report.columns).map { ReportCell(value: $0, type: $1.type) } },
            position: result.position, recordedAt: result.recordedAt)
    }
}

extension Report {
    /// What the store runs.
    func query(_ arguments: ReportArguments) -> ReportQuery {
        ReportQuery(
            name: name, sql: sql, columns: columns.map { ReportQuery.Column(name: $0.name, storage: $0.type.storage) },
            parameters: arguments.values)
    }
}

/// What a report says.
public struct ReportAnswer: Sendable {
    public let report: Report
    /// Parameters as they were read, defaults included, in the order of the heading; those left out are not among them.
    public let parameters: [(name: String, text: String)]
    /// One cell for each column of the report.
    public let rows: [[ReportCell]]
    /// All events up to this position, recorded until `recordedAt`, are in it.
    public let position: Int64
    public let recordedAt: Instant

    /// A check that has found something.
    public var isFault: Bool { report.mustBeEmpty && !rows.isEmpty }
}

/// One value of a report.
public struct ReportCell: Hashable, Sendable {
    public let value: ReportValue
    public let type: Report.ValueType

    /// For tables and CSV: days as `2017-11-30`, months as `2017-11`, instants in Japan time, quantities as exact
    /// decimals, nothing for NULL.
    public var text: String { type.text(of: value) }

    /// Whether it stands to the right in a table.
    public var isQuantity: Bool { type.isQuantity }

    /// For JSON, where only exact 64-bit integers are numbers; `nil` for everything else.
    public var integer: Int64? {
        guard [.integer, .yen, .seconds].contains(type), case .integer(let integer) = value else { return nil }
        return integer
    }
}
