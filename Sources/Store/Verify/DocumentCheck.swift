import Billing
import UsageLedger
import Units

/// Numbers without gaps, and every document against the event that issued it.
struct DocumentCheck {
    private let statements: StatementCache

    init(_ statements: StatementCache) { self.statements = statements }

    func run() throws -> [VerificationReport.Check] {
        let count = try statements("SELECT count(*) FROM document")
        _ = try count.step()
        let documents = count.integer(0)
        count.reset()
        return [
            .init(name: "numbers without gaps", scope: "\(documents) documents", fault: try numberFault()),
            .init(name: "documents against the log", scope: "\(documents) documents", fault: try eventFault()),
        ]
    }

    private func numberFault() throws -> String? {
        let rows = try RawStatementScan(statements, "SELECT period, number FROM document ORDER BY period, number")
        var period: Int64?
        var index = 0
        while let row = try rows.next() {
            index = row.integer(0) == period ? index + 1 : 1
            period = row.integer(0)
            let expected = DocumentNumber(period: BillingPeriod(monthNumber: Int32(row.integer(0))), index: index)
            if row.text(1) != expected.text { return "number \(expected) is missing; the next one is \(row.text(1))" }
        }
        return nil
    }

    private func eventFault() throws -> String? {
        let rows = try RawStatementScan(
            statements,
            """
            SELECT d.number, d.sha256, d.body, e.body, d.period, d.payable_yen, d.issue_day, k.name, d.kind, d.revision
            FROM document d JOIN account_key k USING (account)
            LEFT JOIN event e ON e.position = d.position AND e.type = 30 ORDER BY d.position
            """)
        var count: Int64 = 0
        while let row = try rows.next() {
            count += 1
            let number = row.text(0), bytes = row.bytes(2)
            let sha256 = ClosingEvents.hexadecimal(Digest.sha256(bytes))
            guard let invoice = Invoice(bytes: bytes), invoice.number?.text == number else {
                return "document \(number) can't be read, or bears another number"
            }
            let same =
                Int64(invoice.period.monthNumber) == row.integer(4)
                && invoice.totals.payable.amount.magnitude == row.integer(5).magnitude
                && invoice.issueDay.map { Int64($0.number) } == row.integer(6)
                && invoice.recipient.id.text == row.text(7)
                && invoice.kind.rawValue == row.text(8) && invoice.revision == row.integer(9)
            if !same { return "a column of document \(number) isn't what the document says" }
            guard ClosingEvents.hexadecimal(row.bytes(1)) == sha256 else {
                return "the bytes of document \(number) were changed"
            }
            let event = try? JSONValue(parsing: row.bytes(3))
            guard event?["subject"]?.string == number, event?["data"]?["sha256"]?.string == sha256 else {
                return "document \(number) isn't the one that the log names"
            }
        }
        if let fault = try missingDocument() { return fault }
        let stored = try statements("SELECT count(*) FROM document")
        _ = try stored.step()
        defer { stored.reset() }
        return stored.integer(0) == count
            ? nil : "\(stored.integer(0) - count) documents name an account that is missing"
    }

    /// The first document that the log issued and that isn't stored.
    private func missingDocument() throws -> String? {
        let row = try statements(
            """
            SELECT e.position, e.body FROM event e LEFT JOIN document d USING (position)
            WHERE e.task IS NULL AND e.type = 30 AND d.position IS NULL ORDER BY e.position LIMIT 1
            """)
        guard try row.step() else { return nil }
        defer { row.reset() }
        let number = (try? JSONValue(parsing: row.bytes(1)))?["subject"]?.string ?? "?"
        return "document \(number), issued at position \(row.integer(0)), isn't stored"
    }
}

/// Every issued document calculated again from the log, with the cuts, day and rules that its close stored.
struct RebuiltDocuments {
    private let statements: StatementCache
    private let keys: Keys

    init(_ statements: StatementCache, _ keys: Keys) {
        self.statements = statements
        self.keys = keys
    }

    /// O(log) for each close.
    func run(progress: (Int64, Int64) -> Void) throws -> [VerificationReport.Check] {
        let closings = try ClosingRows(statements).all()
        var checks: [VerificationReport.Check] = []
        for (index, closing) in closings.enumerated() {
            progress(Int64(index), Int64(closings.count))
            checks.append(
                .init(
                    name: "documents of \(closing.period) rebuilt byte for byte",
                    scope: "\(closing.documents) documents",
                    fault: try fault(closing)))
        }
        progress(Int64(closings.count), Int64(closings.count))
        return checks + [try RebuiltCorrections(statements, keys).check()]
    }

    private func fault(_ closing: Closing) throws -> String? {
        let scope = try CloseScope.again(statements, keys, closing)
        let calculation = try CloseCalculation(statements, keys, scope)
        let stored = try RawStatementScan(
            statements,
            "SELECT number, body FROM document WHERE period = ?1 AND kind = 'invoice' AND revision = 1 ORDER BY number",
            bind: Int64(closing.period.monthNumber))
        var index = 0
        for (closed, _) in calculation.accounts where closed.totals != nil {
            index += 1
            let number = DocumentNumber(period: closing.period, index: index)
            let invoice = calculation.invoice(
                closed, number: number, issueDay: closing.issueDay, logCut: closing.logCut)
            guard let row = try stored.next(), row.text(0) == number.text else {
                return "the log gives \(closed.account) document \(number), which isn't stored"
            }
            if row.bytes(1) != invoice.bytes {
                return "document \(number) of \(closed.account): the stored bytes aren't those that the log gives"
            }
        }
        if let row = try stored.next() { return "document \(row.text(0)) is stored, but the log gives none" }
        return nil
    }
}

extension CloseScope {
    /// The scope of a close that was made, from the log alone.
    static func again(_ statements: StatementCache, _ keys: Keys, _ closing: Closing) throws -> CloseScope {
        var setUp = try SetUpReader(statements, keys).setUp(logCut: closing.logCut)
        setUp.rules = closing.rules
        return CloseScope(
            period: closing.period, logCut: closing.logCut, eventCut: closing.period.end,
            closings: try ClosingRows(statements).all().filter { $0.period < closing.period }, setUp: setUp,
            isPresent: false, documentBound: closing.firstDocument)
    }
}
