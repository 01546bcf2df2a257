import ArgumentParser
import Documents
import Service
import Store
import UsageLedger

struct VerifyCommand: ParsableCommand, LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove the database against its own log, and name the first record that differs.",
        discussion: """
            Every body against its hash and the Merkle root, projections rebuilt and compared, sums, numbers without \
            gaps, and every issued document calculated again byte for byte. Writes nothing. Exit status 1 when \
            something differs.

              kanjo verify
              kanjo verify --output json
            """)

    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var form: OutputOptions

    func run() throws {
        let service = try ledger.open(.readOnly)
        let bar = ProgressBar("verify")
        let report = try service.store.verify { step, done, total in bar.show(done, of: total, note: step) }
        bar.clear()
        form.print(listing(report))
        if form.form == .table {
            output.line("\(Digits.grouped(report.logSize)) events, Merkle root \(Digits.hexadecimal(report.root))")
        }
        guard !report.isRight else { return }
        diagnostics.line(
            "kanjo: the database differs from its log; restore a backup, or `kanjo rebuild` if only projections differ")
        throw Incomplete()
    }

    private func listing(_ report: VerificationReport) -> Listing {
        Listing(
            [.text("result"), .text("check"), .text("looked_at"), .text("first_difference")],
            rows: report.checks.map { check in
                [
                    .text(check.fault == nil ? "right" : "WRONG"), .text(check.name),
                    .text(form.form == .table ? Self.grouped(check.scope) : check.scope),
                    check.fault.cell,
                ]
            },
            facts: [
                .init("is_right", .bool(report.isRight)), .init("log_size", .integer(report.logSize)),
                .init("log_root", .string(Digits.hexadecimal(report.root))),
            ])
    }

    /// The words with every number in them grouped in thousands.
    private static func grouped(_ words: String) -> String {
        words.split(separator: " ", omittingEmptySubsequences: false).map { word in
            word.allSatisfy(\.isASCII) && Int64(word) != nil ? Digits.grouped(String(word)) : String(word)
        }.joined(separator: " ")
    }
}
