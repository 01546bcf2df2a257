import UsageLedger
import Units

/// What kind of document it is. A corrected invoice is an invoice of a later revision.
public enum DocumentKind: String, Hashable, Sendable, CaseIterable {
    case invoice
    /// Gives money back that an invoice charged (適格返還請求書). Its lines and sums are below zero.
    case returned = "return"
}

/// The document that another one corrects or gives back from, as it is named there.
public struct OriginalDocument: Hashable, Sendable {
    public let number: DocumentNumber
    public let issueDay: CivilDay

    public init(number: DocumentNumber, issueDay: CivilDay) {
        self.number = number
        self.issueDay = issueDay
    }
}

/// `YYYYMM-000001`: the month of the *period* and a gapless count inside it.
public struct DocumentNumber: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    public init(period: BillingPeriod, index: Int) {
        precondition(index > 0, "documents are counted from 1")
        let count = String(index)
        text = period.compact + "-" + String(repeating: "0", count: max(0, 6 - count.count)) + count
    }

    public init(text: String) { self.text = text }
    public var description: String { text }
}

/// Everything that an issued document says: the frozen truth from which text, PDF and exports are made.
public struct Invoice: Hashable, Sendable {
    public var kind: DocumentKind
    public var revision: Int64
    /// `nil` in a preview.
    public var number: DocumentNumber?
    public var period: BillingPeriod
    /// `nil` in a preview.
    public var issueDay: CivilDay?
    public var logCut: Int64
    public var eventCut: Instant
    public var rules: BillingRules
    public var issuer: Issuer
    public var recipient: Account
    public var lines: [Line]
    /// Plan → name as printed.
    public var planNames: [PlanID: String]
    public var totals: InvoiceTotals
    /// What a return gives back from, or what a corrected invoice replaces; `nil` on a first invoice.
    public var original: OriginalDocument?

    /// - Precondition: the account's close made a document.
    public init(
        _ closed: ClosedAccount, cuts: CloseCuts, number: DocumentNumber?, rules: BillingRules, setUp: SetUp,
        issuer: Issuer
    ) {
        guard let totals = closed.totals, let recipient = setUp.accounts[closed.account] else {
            preconditionFailure("\(closed.account) has no document, or isn't registered")
        }
        kind = .invoice
        revision = 1
        self.number = number
        period = closed.period
        issueDay = cuts.issueDay
        logCut = cuts.logCut
        eventCut = cuts.eventCut
        self.rules = rules
        self.issuer = issuer
        self.recipient = recipient
        lines = closed.lines
        planNames = Dictionary(
            closed.lines.map { ($0.plan, setUp.plans[$0.plan]?.name ?? $0.plan.text) },
            uniquingKeysWith: { first, _ in first })
        self.totals = totals
    }

    /// Whether it replaces an earlier revision (修正インボイス).
    public var isReissue: Bool { kind == .invoice && original != nil }

    /// Canonical JSON (RFC 8785): the bytes that are stored and hashed.
    public var bytes: [UInt8] { jsonValue.canonicalBytes }
}

/// The two cuts and the issue day of a close: arguments, stored on the document (§7).
public struct CloseCuts: Hashable, Sendable {
    /// Position up to which events count.
    public let logCut: Int64
    /// Instant at which intervals end: the period's end in a close.
    public let eventCut: Instant
    /// `nil` in a preview.
    public let issueDay: CivilDay?

    public init(logCut: Int64, eventCut: Instant, issueDay: CivilDay?) {
        self.logCut = logCut
        self.eventCut = eventCut
        self.issueDay = issueDay
    }
}
