import UsageLedger
import Units

/// A document as the books see it: amounts above zero, of a return too.
public struct BookedDocument: Hashable, Sendable {
    public let position: Int64
    public let number: DocumentNumber
    public let kind: DocumentKind
    public let account: AccountID
    public let period: BillingPeriod
    public let issueDay: CivilDay
    /// Whether it replaces an earlier revision.
    public let isReissue: Bool
    public let net: Yen
    public let tax: Yen
    /// When it was voided or replaced, and by which event.
    public let end: (position: Int64, day: CivilDay)?

    public init(
        position: Int64, number: DocumentNumber, kind: DocumentKind, account: AccountID, period: BillingPeriod,
        issueDay: CivilDay, isReissue: Bool, net: Yen, tax: Yen, end: (position: Int64, day: CivilDay)?
    ) {
        self.position = position
        self.number = number
        self.kind = kind
        self.account = account
        self.period = period
        self.issueDay = issueDay
        self.isReissue = isReissue
        self.net = net
        self.tax = tax
        self.end = end
    }

    public var payable: Yen { net + tax }

    public static func == (left: Self, right: Self) -> Bool { left.position == right.position }
    public func hash(into hasher: inout Hasher) { hasher.combine(position) }
}

/// The books of documents and payments: a balanced entry for each thing that happened, in whole yen (decision 0025).
///
/// What a return, a reissue or a void leaves paid above what is owed moves from 売掛金 to 前受金, so that the two
/// accounts are at any time what is open and what is held.
public struct Journal: Sendable {
    /// By day, then in the order of the log.
    public let entries: [JournalEntry]

    /// O(n log n) in documents and payments.
    public init(documents: [BookedDocument], payments: [(position: Int64, payment: Payment)]) {
        var happenings: [(position: Int64, order: Int, Happening)] = []
        for document in documents {
            // A reissue ends its original and stands in the same event: the end first.
            happenings.append((document.position, 1, .issued(document)))
            if let end = document.end { happenings.append((end.position, 0, .ended(document, end.day))) }
        }
        happenings += payments.map { ($0.position, 1, .paid($0.payment)) }
        happenings.sort { ($0.position, $0.order) < ($1.position, $1.order) }
        var booking = Booking()
        for (index, happening) in happenings.enumerated() {
            booking.book(happening.2, at: happening.position)
            // Both halves of a reissue are one step.
            if index + 1 == happenings.count || happenings[index + 1].position != happening.position {
                booking.settle(at: happening.position)
            }
        }
        entries = booking.entries.enumerated().sorted {
            ($0.element.day.number, $0.offset) < ($1.element.day.number, $1.offset)
        }.map(\.element)
    }

    /// The balances of each customer's accounts at the end of every month in which one of them moved.
    public var assertions: [BalanceAssertion] {
        var balances: [AccountID: [BooksAccount: Yen]] = [:]
        var found: [BalanceAssertion] = []
        var moved: Set<AccountID> = []
        for (index, entry) in entries.enumerated() {
            for posting in entry.postings where posting.account.hasCustomers {
                balances[entry.customer, default: [:]][posting.account, default: .zero] += posting.yen
                moved.insert(entry.customer)
            }
            let month = entry.day.period
            guard index + 1 == entries.count || entries[index + 1].day.period != month else { continue }
            for customer in moved.sorted() {
                for account in BooksAccount.allCases {
                    guard let yen = balances[customer]?[account] else { continue }
                    found.append(.init(day: month.lastDay, customer: customer, account: account, yen: yen))
                }
            }
            moved = []
        }
        return found
    }
}

private enum Happening {
    case issued(BookedDocument)
    case ended(BookedDocument, CivilDay)
    case paid(Payment)
}

/// Books one thing after the other, in the order of the log.
private struct Booking {
    struct Month: Hashable {
        let account: AccountID
        let period: BillingPeriod
    }

    var entries: [JournalEntry] = []
    private var open: [Month: Yen] = [:]
    /// What of a month's payments stands in 前受金, as more was paid than is owed now.
    private var freed: [Month: Yen] = [:]
    private var touched: [(month: Month, day: CivilDay)] = []

    mutating func book(_ happening: Happening, at position: Int64) {
        switch happening {
        case .issued(let document): issue(document)
        case .ended(let document, let day): end(document, on: day, at: position)
        case .paid(let payment): pay(payment, at: position)
        }
    }

    private mutating func issue(_ document: BookedDocument) {
        let number = document.number
        if document.kind == .returned {
            move(document, by: -document.payable, on: document.issueDay)
            add(document, document.issueDay, document.position, "適格返還請求書 \(number)", Self.returned(document))
        } else {
            move(document, by: document.payable, on: document.issueDay)
            if document.isReissue {
                let postings = [Posting(.receivable, document.payable)] + Self.sold(document)
                add(document, document.issueDay, document.position, "修正インボイス \(number)", postings)
            } else {
                add(
                    document, document.period.lastDay, document.position, "利用 \(document.period) (\(number))",
                    [Posting(.unbilled, document.payable)] + Self.sold(document))
                add(
                    document, document.issueDay, document.position, "請求書 \(number)",
                    [Posting(.receivable, document.payable), Posting(.unbilled, -document.payable)])
            }
        }
    }

    private mutating func end(_ document: BookedDocument, on day: CivilDay, at position: Int64) {
        let isReturn = document.kind == .returned
        let postings =
            isReturn ? Self.returned(document) : [Posting(.receivable, document.payable)] + Self.sold(document)
        move(document, by: isReturn ? document.payable : -document.payable, on: day)
        add(document, day, position, "取消 \(document.number)", postings.map { Posting($0.account, -$0.yen) })
    }

    private mutating func pay(_ payment: Payment, at position: Int64) {
        let paid = payment.parts.reduce(Yen.zero) { $0 + $1.yen }
        for part in payment.parts {
            let month = Month(account: payment.account, period: part.period)
            open[month, default: .zero] -= part.yen
            touched.append((month, payment.day))
        }
        let (text, postings): (String, [Posting]) =
            switch payment.kind {
            case .received:
                (
                    "入金 \(payment.reference)",
                    [
                        Posting(.bank, payment.yen), Posting(.fee, payment.fee), Posting(.receivable, -paid),
                        Posting(.held, paid - payment.yen - payment.fee),
                    ]
                )
            case .applied:
                ("前受金充当 \(payment.reference)", [Posting(.held, payment.yen), Posting(.receivable, -paid)])
            case .refunded:
                ("返金 \(payment.reference)", [Posting(.held, payment.yen), Posting(.bank, -payment.yen)])
            }
        append(JournalEntry(payment.day, position, payment.account, text, postings))
    }

    /// Keeps 売掛金 of each month at or above zero.
    mutating func settle(at position: Int64) {
        for (month, day) in touched {
            let due = max(.zero, -open[month, default: .zero])
            let change = due - freed[month, default: .zero]
            freed[month] = due
            append(
                JournalEntry(
                    day, position, month.account, "過入金 \(month.period)",
                    [Posting(.receivable, change), Posting(.held, -change)]))
        }
        touched = []
    }

    private mutating func move(_ document: BookedDocument, by yen: Yen, on day: CivilDay) {
        let month = Month(account: document.account, period: document.period)
        open[month, default: .zero] += yen
        touched.append((month, day))
    }

    private mutating func add(
        _ document: BookedDocument, _ day: CivilDay, _ position: Int64, _ text: String, _ postings: [Posting]
    ) {
        append(JournalEntry(day, position, document.account, text, postings))
    }

    private mutating func append(_ entry: JournalEntry?) { if let entry { entries.append(entry) } }

    private static func sold(_ document: BookedDocument) -> [Posting] {
        [Posting(.sales, -document.net), Posting(.tax, -document.tax)]
    }

    private static func returned(_ document: BookedDocument) -> [Posting] {
        [
            Posting(.returns, document.net), Posting(.tax, document.tax), Posting(.receivable, -document.payable),
        ]
    }
}
