import Billing
import UsageLedger
import Units

/// What a document counts for now.
public enum DocumentState: String, Hashable, Sendable, CaseIterable {
    /// It stands.
    case issued
    /// A corrected invoice stands in its place.
    case replaced
    /// Its number is kept, its lines count no more.
    case void
}

/// Writes what became of documents, and the lines that count. Lines of all revisions of an invoice are the same; they
/// stand once, under the first.
struct DocumentEnds {
    private let statements: StatementCache
    private let keys: Keys

    init(_ statements: StatementCache, _ keys: Keys) {
        self.statements = statements
        self.keys = keys
    }

    /// A document was issued: its lines count, or it takes the place of the revision before.
    func issued(_ invoice: Invoice, position: Int64) throws {
        guard invoice.isReissue, let original = invoice.original else {
            return try DocumentRows(statements, keys).writeLines(invoice, position: position)
        }
        try end(original.number.text, .replaced, at: position)
    }

    /// A document was voided: its lines leave the sums. Returns the account and its months that the next close has to
    /// look at.
    @discardableResult
    func voided(_ number: String, at position: Int64) throws -> (account: Int64, months: [Int64]) {
        try end(number, .void, at: position)
        let lines = try statements(
            "SELECT DISTINCT account, charge_month FROM document_line WHERE document = (\(Self.first))")
        lines.bind(1, number)
        var found: (account: Int64, months: [Int64]) = (0, [])
        while try lines.step() {
            found.account = lines.integer(0)
            found.months.append(lines.integer(1))
        }
        let delete = try statements(
            "DELETE FROM document_line WHERE account = ?2 AND document = (\(Self.first))")
        delete.bind(1, number)
        delete.bind(2, found.account)
        try delete.run()
        return found
    }

    private func end(_ number: String, _ state: DocumentState, at position: Int64) throws {
        let row = try statements(
            "INSERT INTO document_end SELECT position, ?2, ?3 FROM document WHERE number = ?1")
        row.bind(1, number)
        row.bind(2, position)
        row.bind(3, state.rawValue)
        try row.run()
    }

    /// The document under which the lines of the one of this number stand.
    private static let first = """
        SELECT f.position FROM document d JOIN document f USING (account, period, kind)
        WHERE d.number = ?1 AND f.revision = iif(d.kind = 'invoice', 1, d.revision)
        """
}

/// Lines that counted just before a position of the log, of documents issued before it: what a close or return at that
/// position knew.
struct EarlierLines {
    private let statements: StatementCache
    private let keys: Keys
    private let bound: Int64
    /// Lines that were voided since, by account and document.
    private var voided: [Int64: [(document: Int64, lines: [Line])]] = [:]

    /// - Parameter bound: documents issued there or later don't count, nor do voids.
    init(_ statements: StatementCache, _ keys: Keys, before bound: Int64, only account: Int64?) throws {
        self.statements = statements
        self.keys = keys
        self.bound = bound
        guard bound < .max else { return }
        let rows = try RawStatementScan(
            statements,
            """
            SELECT f.account, f.position, f.body FROM document_end e
                JOIN document d ON d.position = e.document JOIN document f USING (account, period, kind)
            WHERE e.state = 'void' AND e.position >= ?1 AND (?2 IS NULL OR f.account = ?2) AND f.position < ?1
                AND f.revision = iif(d.kind = 'invoice', 1, d.revision)
            ORDER BY f.position
            """, bind: bound, account)
        while let row = try rows.next() {
            guard let invoice = Invoice(bytes: row.bytes(2)) else {
                throw StoreError(.corrupt, "the document at position \(row.integer(1)) can't be read; run verify")
            }
            voided[row.integer(0), default: []].append((row.integer(1), invoice.lines))
        }
    }

    /// In the order of issue.
    func lines(_ account: Int64) throws -> [Line] { try placed(account).map(\.line) }

    /// The same, each with the position of the document under which it stands.
    func placed(_ account: Int64) throws -> [(document: Int64, line: Line)] {
        let row = try statements(
            "SELECT * FROM document_line WHERE account = ?1 AND document < ?2 ORDER BY document, line")
        row.bind(1, account)
        row.bind(2, bound)
        var lines: [(document: Int64, line: Line)] = []
        var voided = voided[account] ?? []
        while try row.step() {
            while let first = voided.first, first.document < row.integer(0) {
                lines += first.lines.map { (first.document, $0) }
                voided.removeFirst()
            }
            lines.append((row.integer(0), try DocumentRows.line(row, keys)))
        }
        return lines + voided.flatMap { document in document.lines.map { (document.document, $0) } }
    }

    /// Months charged by lines that were voided since.
    var voidedMonths: [(account: Int64, month: BillingPeriod)] {
        voided.flatMap { account, documents in
            documents.flatMap { document in document.lines.map { (account, $0.chargeMonth) } }
        }
    }
}
