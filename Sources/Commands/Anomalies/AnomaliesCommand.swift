import ArgumentParser
import Billing
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
            What a person has accepted in a close is left out, unless --all asks for it, until its events change.

              kanjo anomalies list
              kanjo anomalies list --all --output csv
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions

    @Flag(help: "Show what a person has accepted, too.")
    var all = false

    func run() throws {
        let found = try ledger.open(.readOnly).store.anomalies(at: surroundings.environment.now())
        let open =
            (found.runs.map(Self.row) + found.prices.map(Self.priceRow)
            + found.schedulerDifferences.map(Self.listRow)).filter { all || !found.accepted.contains($0.name) }
        form.print(
            Listing(
                [
                    .text("kind"), .text("task"), .number("attempt"), .text("account"), .text("started_at"),
                    .text("stopped_at"), .text("billed"), .text("accepted"), .text("what_to_do"),
                ],
                rows: open.map { row in
                    row.cells.dropLast() + [.flag(found.accepted.contains(row.name))] + row.cells.suffix(1)
                }))
        guard form.form == .table else { return }
        if open.isEmpty { output.line("nothing waits for a person") }
        if !all, !found.accepted.isEmpty { output.line("\(found.accepted.count) accepted; --all shows them") }
    }

    private typealias Row = (name: String, cells: [Listing.Value])

    private static func row(_ anomaly: RunAnomaly) -> Row {
        (
            anomaly.itemName,
            [
                .text(anomaly.kind.rawValue), .text(anomaly.task.text), .integer(anomaly.run.attempt),
                (anomaly.run.account?.text).cell, (anomaly.run.startedAt?.tableText).cell,
                (anomaly.run.stoppedAt?.tableText).cell,
                .flag(anomaly.run.canBill && anomaly.kind.statesAmount), .text(anomaly.kind.remedy),
            ]
        )
    }

    private static func priceRow(_ item: GateItem) -> Row {
        // kind:account:plan:day; none of them holds a colon.
        let parts = item.name.split(separator: ":").map(String.init)
        return (
            item.name,
            [
                .text(parts[0]), .none, .none, .text(parts[1]), .text(parts[3]), .text(parts[3]), .flag(false),
                .text(item.message),
            ]
        )
    }

    private static func listRow(_ item: GateItem) -> Row {
        // kind:task:attempt; a task may hold colons.
        let parts = item.name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let task = parts.dropFirst().dropLast().joined(separator: ":")
        return (
            item.name,
            [
                .text(parts[0]), .text(task), Int64(parts.last ?? "").map(Listing.Value.integer) ?? .none, .none, .none,
                .none, .none, .text(item.message),
            ]
        )
    }
}
