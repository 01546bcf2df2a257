import ArgumentParser
import Documents
import Store
import UsageLedger

struct AnomaliesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anomalies",
        abstract: "List what waits for a person, and decide it.",
        discussion: """
              kanjo anomalies list
              kanjo anomalies resolve job-17 --waive --reason "the host failed"
            """,
        subcommands: [AnomaliesListCommand.self, AnomaliesResolveCommand.self])
}

struct AnomaliesListCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List runs and days that can't be billed as they stand, with what to do.",
        discussion: """
              kanjo anomalies list
              kanjo anomalies list --output csv
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions

    func run() throws {
        let found = try ledger.open(.readOnly).store.anomalies(at: surroundings.environment.now())
        let runs = found.runs.map { anomaly -> [Listing.Value] in
            [
                .text(anomaly.kind.rawValue), .text(anomaly.task.text), .integer(anomaly.run.attempt),
                (anomaly.run.account?.text).cell, (anomaly.run.startedAt?.tableText).cell,
                (anomaly.run.stoppedAt?.tableText).cell,
                .flag(anomaly.run.canBill && anomaly.kind.statesAmount), .text(anomaly.kind.remedy),
            ]
        }
        let prices = found.prices.map { item -> [Listing.Value] in
            // kind:account:plan:day; none of them holds a colon.
            let parts = item.name.split(separator: ":").map(String.init)
            return [
                .text(parts[0]), .none, .none, .text(parts[1]), .text(parts[3]), .text(parts[3]), .flag(false),
                .text(item.message),
            ]
        }
        form.print(
            Listing(
                [
                    .text("kind"), .text("task"), .number("attempt"), .text("account"), .text("started_at"),
                    .text("stopped_at"),
                    .text("billed"), .text("what_to_do"),
                ], rows: runs + prices))
        if found.isEmpty, form.form == .table { output.line("nothing waits for a person") }
    }
}
