import Reports

extension LedgerService {
    /// All reports that can be asked, by name.
    public static var reports: [Report] { RunReport.list }

    /// Asks a report, with parameters as people type them. Errors: those of `RunReport`.
    public func report(named name: String, parameters: [String: String] = [:]) throws -> ReportAnswer {
        try RunReport(store: store, now: environment.now()).run(named: name, parameters: parameters)
    }
}
