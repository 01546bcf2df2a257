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
    public let payable: Yen
    /// Of the stored bytes.
    public let sha256: [UInt8]
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
                """
                SELECT \(DocumentSearch.columns) FROM document
                WHERE (?1 IS NULL OR issue_day >= ?1) AND (?2 IS NULL OR issue_day <= ?2)
                    AND (?3 IS NULL OR payable_yen >= ?3) AND (?4 IS NULL OR payable_yen <= ?4)
                    AND (?5 IS NULL OR account = ?5) AND (?6 IS NULL OR period = ?6)
                ORDER BY period, number
                """)
            row.bind(1, search.issuedFrom.map { Int64($0.number) })
            row.bind(2, search.issuedTo.map { Int64($0.number) })
            row.bind(3, search.minimum?.amount)
            row.bind(4, search.maximum?.amount)
            row.bind(5, try search.account.map { try keys.accounts.number(of: $0) ?? -1 })
            row.bind(6, search.period.map { Int64($0.monthNumber) })
            var found: [IssuedDocument] = []
            while try row.step() { found.append(try DocumentSearch.document(row, keys)) }
            return found
        }
    }

    /// One document and its stored bytes. Error: `not_found`.
    public func document(_ number: DocumentNumber) throws -> (document: IssuedDocument, bytes: [UInt8]) {
        try read { statements, keys in
            let row = try statements("SELECT \(DocumentSearch.columns), body FROM document WHERE number = ?1")
            row.bind(1, number.text)
            guard try row.step() else {
                throw StoreError(
                    .notFound, "there is no document \(number.text); `kanjo invoice list` shows those that are issued")
            }
            defer { row.reset() }
            return (try DocumentSearch.document(row, keys), row.bytes(9))
        }
    }

    /// Closed months, ascending.
    public func closings() throws -> [Closing] { try read { statements, _ in try ClosingRows(statements).all() } }
}

extension DocumentSearch {
    fileprivate static let columns = "position, number, account, period, kind, revision, issue_day, payable_yen, sha256"

    fileprivate static func document(_ row: RawStatement, _ keys: Keys) throws -> IssuedDocument {
        IssuedDocument(
            position: row.integer(0), number: DocumentNumber(text: row.text(1)),
            account: try keys.accounts.name(of: row.integer(2)),
            period: BillingPeriod(monthNumber: Int32(row.integer(3))),
            kind: DocumentKind(rawValue: row.text(4)) ?? .invoice,
            revision: row.integer(5), issueDay: CivilDay(number: Int32(row.integer(6))), payable: Yen(row.integer(7)),
            sha256: row.bytes(8))
    }
}
