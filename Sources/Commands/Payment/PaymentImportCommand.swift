import ArgumentParser
import Documents
import Service

struct PaymentImportCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Record a bank's list of money that came in: CSV with day, yen, payer, reference.",
        discussion: """
            A line pays the invoice that it names (column invoice, or a number in the reference or the payer's words), \
            else the oldest open invoices of the one account that bears the payer's name. Nothing is guessed: what is \
            left is told by line, and the exit status is 1. The same list again records nothing.

              kanjo payment import statement.csv
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions
    @OptionGroup var author: AuthorOptions

    @Argument(help: ArgumentHelp("The list, or - for standard input.", valueName: "file"))
    var file: String

    func run() throws {
        let done = try ledger.open(.readWrite).importPayments(file, by: author.author)
        for (line, reason) in done.left { diagnostics.line("\(file):\(line): \(reason.printable)") }
        form.print(PaymentListing.listing(done.recorded))
        let counts = [done.recorded.count, done.repeated, done.left.count].map { Digits.grouped(Int64($0)) }
        diagnostics.line("\(counts[0]) recorded, \(counts[1]) known before, \(counts[2]) left")
        if !done.left.isEmpty { throw Incomplete() }
    }
}
