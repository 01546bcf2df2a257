import Billing
import Store
import UsageLedger
import Units

/// A question about use, as far as whoever asks may see it.
public struct UsageRequest: Sendable {
    public let scope: AccountScope
    public let user: UserID?
    /// Days of Japan, both included.
    public let from: CivilDay
    public let to: CivilDay
    public let groups: [UsageGroup]
    public let asOf: AsOf?

    /// Rows that an answer may have, unless it is by task.
    static let greatestCount = 500_000

    /// Whether the sums by day of one account answer it, so that it takes milliseconds however many runs there are.
    public var isShort: Bool {
        scope.account != nil && user == nil && asOf == nil
            && groups.allSatisfy { [.account, .day, .plan].contains($0) }
    }

    /// - Parameter groups: as `groups(parsing:)` gives them.
    public init(
        scope: AccountScope, user: UserID? = nil, from: CivilDay, to: CivilDay, groups: [UsageGroup], asOf: AsOf? = nil
    ) {
        self.scope = scope
        self.user = user
        self.from = from
        self.to = to
        self.groups = groups
        self.asOf = asOf
    }

    /// Reads a comma list such as `day,plan`. Error: `invalid_request`.
    /// - Parameter offered: what may be chosen.
    public static func groups(parsing text: String, from offered: [UsageGroup]) throws -> [UsageGroup] {
        let groups = try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
            guard let group = offered.first(where: { $0.rawValue == word }) else {
                let known = offered.map(\.rawValue).joined(separator: ", ")
                throw ServiceError(.invalidRequest, "'\(word.prefix(40))' is no group; choose from \(known)")
            }
            return group
        }
        guard Set(groups).count == groups.count else {
            throw ServiceError(.invalidRequest, "'\(text.prefix(80))' names a group twice")
        }
        return groups
    }
}

/// Up to where an answer is complete.
public struct Watermark: Hashable, Sendable {
    /// All events up to this position, recorded until `recordedAt`, are in it.
    public let position: Int64
    public let recordedAt: Instant
    /// Where running tasks were cut.
    public let eventCut: Instant
}

extension UsagePage {
    public var watermark: Watermark {
        Watermark(position: position, recordedAt: recordedAt, eventCut: eventCut)
    }
}

extension LedgerService {
    /// Use until now: the same slices as preview and invoice, unrounded; a stretch of the rows.
    /// Errors, in order: `not_found` for one account that isn't registered, those of `AsOf.position`, `invalid_request`
    /// when the answer has too many rows to be sorted.
    public func usage(_ request: UsageRequest, offset: Int64, limit: Int) throws -> UsagePage {
        if let account = request.scope.account, try store.account(account) == nil {
            throw StoreError(.notFound, "there is no account \(account)")
        }
        var query = UsageQuery(
            account: request.scope.account, user: request.user, from: request.from, to: request.to,
            groups: request.groups, logCut: try request.asOf?.position(in: self), eventCut: environment.now())
        query.greatestCount = UsageRequest.greatestCount
        do {
            return try store.usagePage(query, offset: offset, limit: limit)
        } catch let error as StoreError where error.code == .refused {
            throw ServiceError(.invalidRequest, error.message)
        }
    }

    /// One task from its events to yen, until now. Errors, in order: those of `AsOf.position`; `not_found`, also for
    /// another account's task.
    public func usage(
        ofTask task: TaskID, scope: AccountScope, asOf: AsOf? = nil
    ) throws -> (usage: TaskUsage, watermark: Watermark) {
        let now = environment.now()
        let usage = try store.usage(
            ofTask: task, account: scope.account, eventCut: now, logCut: try asOf?.position(in: self))
        return (usage, Watermark(position: usage.position, recordedAt: usage.recordedAt, eventCut: now))
    }
}
