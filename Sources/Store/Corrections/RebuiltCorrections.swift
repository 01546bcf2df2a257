import Billing
import UsageLedger
import Units

/// Every return and corrected invoice calculated again from the log.
struct RebuiltCorrections {
    let statements: StatementCache
    let keys: Keys

    init(_ statements: StatementCache, _ keys: Keys) {
        self.statements = statements
        self.keys = keys
    }

    /// O(events of the account's tasks) for each.
    func check() throws -> VerificationReport.Check {
        let rows = try RawStatementScan(
            statements,
            "SELECT position, number, body FROM document WHERE kind <> 'invoice' OR revision > 1 ORDER BY position")
        var count = 0
        var fault: String?
        while fault == nil, let row = try rows.next() {
            count += 1
            fault = try self.fault(row.bytes(2), number: row.text(1), position: row.integer(0))
        }
        return .init(
            name: "returns and corrected invoices rebuilt byte for byte", scope: "\(count) documents", fault: fault)
    }

    private func fault(_ bytes: [UInt8], number: String, position: Int64) throws -> String? {
        let row = try statements("SELECT body FROM document WHERE number = ?1")
        row.bind(1, Invoice(bytes: bytes)?.original?.number.text ?? "")
        guard let stored = Invoice(bytes: bytes), let day = stored.issueDay, try row.step(),
            let original = Invoice(bytes: row.bytes(0))
        else { return "document \(number) names no original that is stored" }
        row.reset()
        let again = CorrectionCalculation(statements: statements, keys: keys, position: position)
        let document =
            stored.kind == .returned
            ? try again.returned(original, day: day) : try again.corrected(original, day: day)
        return document?.bytes == bytes
            ? nil : "document \(number): the stored bytes aren't those that the log gives"
    }
}
