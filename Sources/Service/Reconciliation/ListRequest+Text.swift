import Feeds
import Units

/// For those who know no feeds: what a list may be, and which column says who is billed.
public typealias ListFormat = FeedFormat
public typealias ListAccountField = AccountField

extension ListRequest {
    /// A list that came as a text.
    /// - Parameters:
    ///   - accountField: `nil`: the group.
    ///   - timeZone: of local times without an offset; `nil`: Japan's.
    ///   - from: start of the runs that are compared, half-open with `to`; `nil`: as far as the list reaches.
    public init(
        text: String, format: ListFormat, plan: PlanID?, accountField: ListAccountField?, timeZone: String?,
        from: Instant?, to: Instant?, sources: Set<String>?, isPartial: Bool
    ) {
        self.init(
            bytes: Array(text.utf8), format: format,
            options: FeedOptions(plan: plan, accountField: accountField ?? .group, timeZone: timeZone ?? "Asia/Tokyo"),
            from: from, to: to, sources: sources, isPartial: isPartial)
    }
}
