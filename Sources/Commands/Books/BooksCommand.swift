import ArgumentParser
import Billing
import Documents
import Service
import Store

struct BooksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "books",
        abstract: "The books: a balanced entry for every document and payment.",
        discussion: """
              kanjo books export --format hledger --to /tmp/books.journal
              kanjo books export --format yayoi --to /tmp/books.csv
            """,
        subcommands: [BooksExportCommand.self])
}

/// For which program the books are written.
enum BooksFormat: String, ExpressibleByArgument, CaseIterable {
    case hledger, beancount, freee, moneyforward, yayoi

    func text(_ journal: Journal) -> String {
        switch self {
        case .hledger: PlainTextBooks.hledger(journal)
        case .beancount: PlainTextBooks.beancount(journal)
        case .freee: SlipBooks.freee(journal)
        case .moneyforward: SlipBooks.moneyForward(journal)
        case .yayoi: SlipBooks.yayoi(journal)
        }
    }
}

struct BooksExportCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the books of all documents and payments to a file.",
        discussion: """
            Use of a month is booked on its last day, the invoice on its issue day; returns, corrections and payments \
            on their own days. The two programs of plain text get a balance per customer and month, which they check. \
            The file appears whole or not at all; yayoi's is in CP932, all others in UTF-8.

              kanjo books export --format beancount --to /tmp/books.beancount
            """)

    @OptionGroup var ledger: LedgerOptions

    @Option(help: ArgumentHelp("The program that reads them.", valueName: "program"))
    var format: BooksFormat

    @Option(help: ArgumentHelp("The file.", valueName: "file"))
    var to: String

    func run() throws {
        let journal = try ledger.open(.readOnly).store.journal()
        let text = format.text(journal)
        let bytes = format == .yayoi ? try CharacterSetBytes.cp932(text) : Array(text.utf8)
        let file = try OutputFile(path: to)
        try file.write(bytes)
        try file.finish()
        diagnostics.line(
            "\(journal.entries.count) entries, \(journal.assertions.count) balances written to \(to)")
    }
}
