import ArgumentParser
import Documents
import Reports
import Service
import Units

struct ReportCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Answer an administrator's question; without a name, list the questions.",
        discussion: """
            A report that is a check must answer nothing: rows make the exit status 1.

              kanjo report
              kanjo report month-close --period 2017-10
              kanjo report top-accounts --period 2017-10 --with limit=5 --output csv
              kanjo report usage-by-plan-and-day --period 2017-11 --page november.html
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions

    @Argument(help: ArgumentHelp("Which report.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("The month asked about.", valueName: "month"), transform: Parsing.period)
    var period: BillingPeriod?

    @Option(name: .customLong("with"), help: ArgumentHelp("Another parameter of the report.", valueName: "name=value"))
    var parameters: [String] = []

    @Option(help: ArgumentHelp("Write it as a page for a browser, with its chart, to a file.", valueName: "file"))
    var page: String?

    func validate() throws {
        if name == nil, page != nil { throw ValidationError("name the report of the page") }
        if name == nil, period != nil || !parameters.isEmpty {
            throw ValidationError("name a report for its parameters")
        }
        _ = try given
    }

    func run() throws {
        guard let name else { return form.print(Self.list) }
        let service = try ledger.open(.readOnly)
        let answer = try service.report(named: name, parameters: try given)
        if let page { return try write(answer, to: page) }
        let listing = ReportListing.listing(answer)
        let watermark = answer.watermark.text
        switch form.form {
        case .table:
            output.line(ReportListing.heading(answer))
            output.write(listing.table)
            for line in answer.noteLines { output.line(line) }
            output.line(watermark)
        case .csv:
            form.print(listing)
            diagnostics.line(watermark)
        case .json: form.print(listing)
        }
        guard answer.isFault else { return }
        diagnostics.line("kanjo: \(name) is a check and must find nothing; it found \(answer.rows.count)")
        throw Incomplete()
    }

    private func write(_ answer: ReportAnswer, to path: String) throws {
        let file = try OutputFile(path: path)
        try file.write(Array(answer.page.utf8))
        try file.finish()
        output.line("\(answer.report.title): \(path)")
    }

    private var given: [String: String] {
        get throws {
            var given: [String: String] = [:]
            if let period { given["period"] = period.description }
            for parameter in parameters {
                let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty else {
                    throw ValidationError("'\(parameter)' is no parameter; write name=value")
                }
                guard given.updateValue(String(parts[1]), forKey: String(parts[0])) == nil else {
                    throw ValidationError("the parameter '\(parts[0])' is given twice")
                }
            }
            return given
        }
    }

    private static var list: Listing {
        Listing(
            [.text("report"), .text("question"), .text("parameters")],
            rows: LedgerService.reports.map { report in
                let names = report.parameters.map { $0.need == .required ? $0.name : "[\($0.name)]" }
                return [.text(report.name), .text(report.question), .text(names.joined(separator: " "))]
            })
    }
}

extension ReportAnswer {
    var watermark: Watermark { Watermark(position: position, recordedAt: recordedAt) }
}
