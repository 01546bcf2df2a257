import Billing
import UsageLedger
import Units

/// An issued document, as lists show it.
public struct IssuedDocument: Hashable, Sendable {
    /// Position of the event that issued it.
    public let position: Int64
    public let number: DocumentNumber
    public let account: AccountID
    public let period: BillingPeriod
    public let kind: DocumentKind
    public let revision: Int64
    public let issueDay: CivilDay
    /// Of a return, what it gives back.
    public let payable: Yen
    /// Of the stored bytes.
    public let sha256: [UInt8]
    public let state: DocumentState

    /// What it adds to what its account owes: below zero for a return, 0 when it is replaced or void.
    public var receivable: Yen { state == .issued ? amount : .zero }
    /// What it said when it was issued: below zero for a return.
    public var amount: Yen { kind == .returned ? -payable : payable }
}

/// What documents are looked for by (電子帳簿保存法): ranges of day and amount, and the counterparty, in any combination.
public struct DocumentSearch: Sendable {
    /// Issue days, both included.
    public var issuedFrom: CivilDay?
    public var issuedTo: CivilDay?
    /// Total of the document in yen, both included.
    public var minimum: Yen?
    public var maximum: Yen?
    public var account: AccountID?
    public var period: BillingPeriod?
    /// Beginning of the number.
    public var number: String?
    public var kind: DocumentKind?
    /// An account's id, or a part of a name that it has borne. Capital and small letters of ASCII are the same.
    public var counterparty: String?

    public init(
        issuedFrom: CivilDay? = nil, issuedTo: CivilDay? = nil, minimum: Yen? = nil, maximum: Yen? = nil,
        account: AccountID? = nil,
        period: BillingPeriod? = nil
    ) {
        self.issuedFrom = issuedFrom
        self.issuedTo = issuedTo
        self.minimum = minimum
        self.maximum = maximum
        self.account = account
        self.period = period
    }
}

extension LedgerStore {
    /// Documents that meet all that is asked, by period and number. O(documents of the period, days or account asked).
    public func documents(_ search: DocumentSearch) throws -> [IssuedDocument] {
        try read { statements, keys in
            let row = try statements(
                "SELECT \(DocumentSearch.columns) FROM document \(search.condition) ORDER BY period, number")
            try search.bind(to: row, keys)
            var found: [IssuedDocument] = []
            while try row.step() { found.append(try DocumentSearch.document(row, keys)) }
            return found
        }
    }

    /// A stretch of the documents that meet all that is asked, newest first, and how many there are in all.
    public func documents(
        _ search: DocumentSearch, offset: Int64, limit: Int
    ) throws -> (count: Int64, documents: [IssuedDocument]) {
        try read { statements, keys in
            let counting = try statements(search.countSQL)
            try search.bind(to: counting, keys)
            _ = try counting.step()
            let count = counting.integer(0)
            counting.reset()
            let row = try statements(search.pageSQL)
            try search.bind(to: row, keys)
            row.bind(7, Int64(limit))
            row.bind(8, offset)
            var found: [IssuedDocument] = []
            while try row.step() { found.append(try DocumentSearch.document(row, keys)) }
            return (count, found)
        }
    }

    /// One document and its stored bytes.
    /// - Parameter account: only if it is this account's; `nil` for all.
    /// Error: `not_found`, in the same words and with the same work for an unknown number and for another account's.
    public func document(
        _ number: DocumentNumber, account: AccountID? = nil
    ) throws -> (document: IssuedDocument, bytes: [UInt8]) {
        try read { statements, keys in try DocumentSearch.document(number, account: account, statements, keys) }
    }

    /// The look that a document was issued with. Error: `database_corrupt`.
    public func printTemplate(of document: IssuedDocument) throws -> PrintTemplate {
        PrintTemplate(issued: try JSONValue(parsing: try eventBody(at: document.position))["data"])
    }

    /// Closed months, ascending.
    public func closings() throws -> [Closing] { try read { statements, _ in try ClosingRows(statements).all() } }

    /// The latest closed month.
    public func lastClosing() throws -> Closing? { try read { statements, _ in try ClosingRows(statements).last } }

    /// The close with which a month was closed: its own, or that of the month that closed it too.
    public func closing(covering period: BillingPeriod) throws -> Closing? {
        try closings().first { $0.period >= period }
    }
}

extension DocumentSearch {
    var countSQL: String { "SELECT count(*) FROM document \(condition)" }

    /// A stretch, newest first.
    var pageSQL: String {
        """
        SELECT \(Self.columns) FROM document \(condition) ORDER BY issue_day DESC, number DESC LIMIT ?7 OFFSET ?8
        """
    }

    /// Only what is asked, so that an index can serve it.
    fileprivate var condition: String {
        var parts: [String] = []
        if issuedFrom != nil { parts.append("issue_day >= ?1") }
        if issuedTo != nil { parts.append("issue_day <= ?2") }
        if minimum != nil { parts.append("payable_yen >= ?3") }
        if maximum != nil { parts.append("payable_yen <= ?4") }
        if account != nil { parts.append("account = ?5") }
        if period != nil { parts.append("period = ?6") }
        if kind != nil { parts.append("kind = ?12") }
        if number != nil { parts.append("number >= ?9 AND number < ?10") }
        if counterparty != nil {
            parts.append(
                """
                account IN (SELECT account FROM account_version WHERE instr(lower(name), lower(?11)) > 0
                UNION SELECT account FROM account_key WHERE lower(name) = lower(?11))
                """)
        }
        return parts.isEmpty ? "" : "WHERE " + parts.joined(separator: " AND ")
    }

    fileprivate func bind(to row: RawStatement, _ keys: Keys) throws {
        if let issuedFrom { row.bind(1, Int64(issuedFrom.number)) }
        if let issuedTo { row.bind(2, Int64(issuedTo.number)) }
        if let minimum { row.bind(3, minimum.amount) }
        if let maximum { row.bind(4, maximum.amount) }
        if let account { row.bind(5, try keys.accounts.number(of: account) ?? -1) }
        if let period { row.bind(6, Int64(period.monthNumber)) }
        if let number {
            row.bind(9, number)
            row.bind(10, number + "\u{10FFFF}")
        }
        if let kind { row.bind(12, kind.rawValue) }
        if let counterparty { row.bind(11, counterparty) }
    }

    fileprivate static let columns = """
        position, number, account, period, kind, revision, issue_day, payable_yen, sha256,
        (SELECT state FROM document_end e WHERE e.document = document.position)
        """

    /// One document and its stored bytes. Error: `not_found`.
    static func document(
        _ number: DocumentNumber, account: AccountID?, _ statements: StatementCache, _ keys: Keys
    ) throws -> (document: IssuedDocument, bytes: [UInt8]) {
        let row = try statements(
            "SELECT \(columns), body FROM document WHERE number = ?1 AND (?2 IS NULL OR account = ?2)")
        row.bind(1, number.text)
        row.bind(2, try account.map { try keys.accounts.number(of: $0) ?? -1 })
        guard try row.step() else {
            throw StoreError(
                .notFound, "there is no document \(number.text); search the issued ones for the right number")
        }
        defer { row.reset() }
        return (try document(row, keys), row.bytes(10))
    }

    fileprivate static func document(_ row: RawStatement, _ keys: Keys) throws -> IssuedDocument {
        IssuedDocument(
            position: row.integer(0), number: DocumentNumber(text: row.text(1)),
            account: try keys.accounts.name(of: row.integer(2)),
            period: BillingPeriod(monthNumber: Int32(row.integer(3))),
            kind: DocumentKind(rawValue: row.text(4)) ?? .invoice,
            revision: row.integer(5), issueDay: CivilDay(number: Int32(row.integer(6))), payable: Yen(row.integer(7)),
            sha256: row.bytes(8), state: DocumentState(rawValue: row.text(9)) ?? .issued)
    }
}
