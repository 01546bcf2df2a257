import Billing
import UsageLedger
import Units

/// A return or corrected invoice as it was, or would be, made at a position of the log: the same when it is issued and
/// when it is rebuilt.
struct CorrectionCalculation {
    let statements: StatementCache
    let keys: Keys
    /// The position of its event; `nil` for the next one.
    let position: Int64?
    /// As known at the end of the log, if it is at hand.
    var setUp: SetUp?

    /// The last position that counts.
    func logCut() throws -> Int64 { try position.map { $0 - 1 } ?? LogHead.read(statements).size }

    /// A return of an invoice; `nil` when nothing is to be given back. At the end of the log O(the account's sums and
    /// open runs), else O(events of its tasks).
    func returned(_ original: Invoice, day: CivilDay) throws -> Invoice? {
        let account = original.recipient.id
        guard let number = try keys.accounts.number(of: account) else { return nil }
        let scope = try scope(), inputs = try AccountInputs(statements, keys, scope, only: account)
        var input = try inputs.input((account, number))
        // Other months have the same sums as ever.
        let months = Set(original.lines.map(\.chargeMonth))
        input.months.removeAll { !months.contains($0) }
        var lines = returnLines(
            input, bore: original.lines, returned: try linesReturned(original, number))
        guard !lines.isEmpty else { return nil }
        try Causes(statements, keys, scope).fill(&lines, account: number)
        return original.returned(
            lines, try head(original, .returned, number, day), logCut: scope.logCut, setUp: scope.setUp)
    }

    /// An invoice with the names of now.
    func corrected(_ original: Invoice, day: CivilDay) throws -> Invoice {
        guard let number = try keys.accounts.number(of: original.recipient.id) else { return original }
        return original.corrected(
            try head(original, .invoice, number, day), setUp: try setUp(logCut()))
    }

    private func setUp(_ cut: Int64) throws -> SetUp {
        if let setUp { return setUp }
        return try SetUpReader(statements, keys).setUp(logCut: cut)
    }

    /// As the close of the month after the last closed one, which settles all closed months.
    func scope() throws -> CloseScope {
        let cut = try logCut(), bound = position ?? .max
        let closings = try ClosingRows(statements).all().filter { $0.position < bound }
        guard let last = closings.last else { throw StoreError(.refused, "no month is closed") }
        return CloseScope(
            period: last.period.next, logCut: cut, eventCut: last.period.next.end, closings: closings,
            setUp: try setUp(cut), isPresent: position == nil,
            documentBound: bound)
    }

    /// Lines of the returns made of the invoice, in all its revisions, that aren't void.
    private func linesReturned(_ original: Invoice, _ account: Int64) throws -> [Line] {
        let rows = try RawStatementScan(
            statements,
            """
            SELECT d.body FROM document d LEFT JOIN document_end e ON e.document = d.position AND e.position < ?3
            WHERE d.account = ?1 AND d.period = ?2 AND d.kind = 'return' AND d.position < ?3 AND e.state IS NULL
            ORDER BY d.position
            """, bind: account, Int64(original.period.monthNumber), position ?? .max)
        var lines: [Line] = []
        while let row = try rows.next() {
            guard let document = Invoice(bytes: row.bytes(0)) else {
                throw StoreError(.corrupt, "a return of \(original.recipient.id) can't be read; run verify")
            }
            lines += document.lines
        }
        return lines
    }

    /// The next number of the invoice's month, and the next revision of its kind.
    private func head(
        _ original: Invoice, _ kind: DocumentKind, _ account: Int64, _ day: CivilDay
    ) throws -> CorrectionHead {
        let row = try statements(
            """
            SELECT count(*), count(*) FILTER (WHERE account = ?2 AND kind = ?3) FROM document
            WHERE period = ?1 AND position < ?4
            """)
        row.bind(1, Int64(original.period.monthNumber))
        row.bind(2, account)
        row.bind(3, kind.rawValue)
        row.bind(4, position ?? .max)
        _ = try row.step()
        defer { row.reset() }
        return CorrectionHead(
            number: DocumentNumber(period: original.period, index: Int(row.integer(0)) + 1),
            revision: row.integer(1) + 1, issueDay: day)
    }
}

/// Up to where the last return knew the log.
enum LastReturn {
    static func logCut(_ statements: StatementCache) throws -> Int64? {
        let row = try statements("SELECT max(position) - 1 FROM document WHERE kind = 'return'")
        _ = try row.step()
        defer { row.reset() }
        return row.optionalInteger(0)
    }
}
