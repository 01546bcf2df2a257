import Store
import Testing
import Units

/// The same seconds, however they are summed: from the sums by day, run by run, and in all.
enum ConservedSums {
    static func expectEqual(
        _ store: LedgerStore, _ comment: Comment, at now: Instant = SimulatedHistory.end,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let byDay = try sum(store, [.day], now)
        for groups in [[.plan], [.account], [.task], [.user], [.task, .day], []] as [[UsageGroup]] {
            let other = try sum(store, groups, now)
            #expect(other.rows == byDay.total && other.total == byDay.total, comment, sourceLocation: sourceLocation)
        }
        #expect(byDay.rows == byDay.total, comment, sourceLocation: sourceLocation)
    }

    private static func sum(
        _ store: LedgerStore, _ groups: [UsageGroup], _ now: Instant
    ) throws -> (rows: UsageSum, total: UsageSum) {
        let query = UsageQuery(
            from: SimulatedHistory.months[0].firstDay.previous, to: CivilDay(now), groups: groups, eventCut: now)
        let answer = try store.usage(query)
        var rows = UsageSum()
        for row in answer.rows {
            rows.usage += row.sum.usage
            rows.amount += row.sum.amount
        }
        return (rows, answer.total)
    }
}
