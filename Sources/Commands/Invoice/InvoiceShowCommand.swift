import ArgumentParser
import Billing
import Documents
import UsageLedger

/// In which form one document is shown.
enum DocumentForm: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

struct InvoiceShowCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one invoice, from its stored bytes.",
        discussion: """
            As JSON these are the stored bytes themselves, whose SHA-256 stands in the log.

              kanjo invoice show 201710-000001
              kanjo invoice show 201710-000001 --output json | sha256sum
            """)

    @OptionGroup var ledger: LedgerOptions

    @Argument(help: ArgumentHelp("The invoice's number.", valueName: "number"), transform: Parsing.number)
    var number: DocumentNumber

    @Option(name: .customLong("output"), help: ArgumentHelp("How to print it.", valueName: "form"))
    var form = DocumentForm.text

    func run() throws {
        let (invoice, document, bytes) = try ledger.open(.readOnly).invoice(number)
        switch form {
        case .text:
            output.write(InvoiceText.text(invoice, sha256: document.sha256))
            if document.state != .issued {
                diagnostics.line("\(number) is \(document.state.rawValue); see `kanjo invoice history \(number)`")
            }
        case .json: output.write(bytes: bytes)
        }
    }
}
