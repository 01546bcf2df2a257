import Units

/// Accounts of the books (2-domain.md §9, the rule book's part on books).
public enum BooksAccount: String, Hashable, Sendable, CaseIterable {
    /// 未請求売掛金: supplied, not yet invoiced.
    case unbilled
    /// 売掛金.
    case receivable
    /// 前受金: held for a customer.
    case held
    /// 普通預金.
    case bank
    /// 売上高, net of tax.
    case sales
    /// 売上値引: given back, net of tax.
    case returns
    /// 仮受消費税.
    case tax
    /// 支払手数料: what a customer's bank cut off.
    case fee

    /// Whether it is kept for each customer.
    public var hasCustomers: Bool { self == .unbilled || self == .receivable || self == .held }
}

/// One side of an entry: above zero is debit (借方), below is credit (貸方).
public struct Posting: Hashable, Sendable {
    public let account: BooksAccount
    public let yen: Yen

    public init(_ account: BooksAccount, _ yen: Yen) {
        self.account = account
        self.yen = yen
    }
}

/// A balanced entry in whole yen (振替伝票).
public struct JournalEntry: Hashable, Sendable {
    public let day: CivilDay
    /// Of the event that it books.
    public let position: Int64
    public let customer: AccountID
    /// In the auditor's language.
    public let text: String
    /// None of zero; together zero.
    public let postings: [Posting]

    init?(_ day: CivilDay, _ position: Int64, _ customer: AccountID, _ text: String, _ postings: [Posting]) {
        let moved = postings.filter { $0.yen != .zero }
        precondition(moved.reduce(.zero) { $0 + $1.yen } == .zero, "an entry is balanced")
        guard !moved.isEmpty else { return nil }
        self.day = day
        self.position = position
        self.customer = customer
        self.text = text
        self.postings = moved
    }
}

/// What the balance of a customer's account is at the end of a day.
public struct BalanceAssertion: Hashable, Sendable {
    public let day: CivilDay
    public let customer: AccountID
    public let account: BooksAccount
    public let yen: Yen
}
