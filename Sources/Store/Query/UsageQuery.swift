import Billing
import UsageLedger
import Units

/// What use is summed by.
public enum UsageGroup: String, Sendable, CaseIterable {
    case account
    case day
    case plan
    case task
    case tag
    case user
}

/// A question about use.
public struct UsageQuery: Sendable {
    public var account: AccountID?
    public var user: UserID?
    /// Days of Japan, both included.
    public var from: CivilDay
    public var to: CivilDay
    public var groups: [UsageGroup]
    /// As known at this position; `nil`: all that is recorded.
    public var logCut: Int64?
    /// Where intervals end: now, for a question about now.
    public var eventCut: Instant
    /// Rows that an answer may have, unless it is by task.
    public var greatestCount = Int.max

    public init(
        account: AccountID? = nil, user: UserID? = nil, from: CivilDay, to: CivilDay, groups: [UsageGroup],
        logCut: Int64? = nil,
        eventCut: Instant
    ) {
        self.account = account
        self.user = user
        self.from = from
        self.to = to
        self.groups = groups
        self.logCut = logCut
        self.eventCut = eventCut
    }
}

/// An amount of use and its exact, unrounded price.
public struct UsageSum: Hashable, Sendable {
    public var usage: Usage = .zero
    public var amount: ExactYen = .zero

    public init() {}

    mutating func add(_ usage: Usage, at row: PriceRow?) {
        self.usage += usage
        if let row { amount += usage.amount(at: row.price, basis: row.basis) }
    }
}

/// The answer, complete up to its watermark.
public struct UsageAnswer: Sendable {
    public struct Row: Sendable {
        /// One value for each group, in the order asked.
        public let values: [String]
        public let sum: UsageSum
    }

    /// Sorted by the values as bytes.
    public let rows: [Row]
    /// Each run once, also when it has two tags.
    public let total: UsageSum
    /// All events up to this position, recorded until `recordedAt`, are in it.
    public let position: Int64
    public let recordedAt: Instant
    public let eventCut: Instant
}
