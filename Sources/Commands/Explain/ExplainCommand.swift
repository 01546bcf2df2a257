import ArgumentParser
import Billing
import Documents
import Service
import Store

struct ExplainCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Follow the yen of an invoice back to slices, price rows and events.",
        discussion: """
            Shows for each line, or the one named, the formula with its numbers, the rounding step, the price rows, \
            and the slices with the positions of the events they come from. CSV and JSON hold every slice.

              kanjo explain 201710-000001
              kanjo explain 201710-000001 1 --slices 100
              kanjo explain 201710-000001 --output csv
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions

    @Argument(help: ArgumentHelp("The invoice's number.", valueName: "number"), transform: Parsing.number)
    var number: DocumentNumber

    @Argument(help: ArgumentHelp("Only this line, counted from 1.", valueName: "line"))
    var line: Int?

    @Option(help: ArgumentHelp("How many slices of a line the table shows.", valueName: "count"))
    var slices = 20

    func validate() throws {
        if slices < 0 { throw ValidationError("--slices \(slices) is negative") }
    }

    func run() throws {
        let service = try ledger.open(.readOnly)
        let explanation = try service.store.explain(number: number.text, line: line)
        switch form.form {
        case .table:
            let setUp = try service.store.setUp(logCut: explanation.invoice.logCut)
            output.write(ExplanationText(explanation, prices: setUp.prices, slicesMax: slices).text)
        case .csv: output.write(ExplanationListing.slices(explanation).csv)
        case .json: output.write(IndentedJSON.text(ExplanationListing.json(explanation)))
        }
    }
}
