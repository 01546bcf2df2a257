import ArgumentParser
import Service
import Store

/// Which database, and how much to say. Every command has these.
struct LedgerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The database (default: the variable KANJO_DB, else kanjo.db).", valueName: "file"))
    var db: String?

    @Flag(help: "Show the detail of internal errors.")
    var verbose = false

    /// The file named by the options, the environment or the default.
    var path: String { db ?? Surroundings.current.variable("KANJO_DB") ?? "kanjo.db" }

    /// Opens that database.
    func open(_ mode: LedgerStore.Mode) throws -> LedgerService {
        try LedgerService(
            path: path, mode: mode, environment: Surroundings.current.environment,
            secretKeyFile: Surroundings.current.variable("KANJO_LEDGER_SECRET_KEY_FILE"))
    }
}

/// A command that works on a ledger.
protocol LedgerCommand: ParsableArguments {
    var ledger: LedgerOptions { get }
}

extension LedgerCommand {
    var surroundings: Surroundings { Surroundings.current }
    var output: TextStream { Surroundings.current.output }
    var diagnostics: TextStream { Surroundings.current.diagnostics }
}
