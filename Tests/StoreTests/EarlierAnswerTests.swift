import Store
import TestSupport
import Testing
import Units

/// A question asked as known at a position has the answer that was given then.
@Suite struct EarlierAnswerTests {
    private func answer(_ ledger: SmallLedger, _ groups: [UsageGroup], _ position: Int64?) throws -> [String] {
        let answer = try ledger.store.usage(
            UsageQuery(
                from: SmallLedger.october.firstDay, to: SmallLedger.october.lastDay, groups: groups, logCut: position,
                eventCut: SmallLedger.october.end))
        return answer.rows.map { "\($0.values) \($0.sum)" }.filter { !$0.contains("seconds: 0,") }
            + ["total \(answer.total), at \(answer.position)"]
    }

    @Test func everyStepIsRemembered() throws {
        let ledger = try SmallLedger()
        let steps: [() throws -> Void] = [
            { try ledger.recordJob("a") },
            { try ledger.recordJob("b", day: "10-20", seconds: 90) },
            { try ledger.record("restate 10-21T00:00 id=r1 task=a stopped=10-10T10:30 account=acme user=bob") },
            { try ledger.record("waive 10-21T00:00 id=w1 task=b from=10-20T10:00 to=10-20T10:00:30 reason=fault") },
            {
                try ledger.store.record(
                    [.price(SmallLedger.price("0.1", from: "2017-10-15", account: SmallLedger.acme))],
                    by: ledger.actor(SmallLedger.november5))
            },
            { try ledger.record("cancel 10-21T00:00 id=c1 task=a") },
            { try ledger.record("restate 10-22T00:00 id=r2 task=a started=10-10T10:00") },
        ]
        let groups: [[UsageGroup]] = [[.account, .day, .plan], [.task, .user], [.day], []]
        var remembered: [(Int64, [[String]])] = []
        for step in steps {
            try step()
            remembered.append((try ledger.store.head().size, try groups.map { try answer(ledger, $0, nil) }))
        }
        for (position, expected) in remembered {
            #expect(try groups.map { try answer(ledger, $0, position) } == expected, "as known at \(position)")
        }
        #expect(Set(remembered.map(\.1.first)).count == steps.count, "a step changed nothing")
    }

    @Test func beforeAnythingWasRecorded() throws {
        let ledger = try SmallLedger()
        try ledger.recordJob("a")
        #expect(try answer(ledger, [.task], 0) == ["total \(UsageSum()), at 0"])
        #expect(try answer(ledger, [.task], 1_000) == answer(ledger, [.task], nil))
    }

    /// Both days belong to the question, whatever the use is summed by, and whichever way it is summed.
    @Test(
        arguments: [
            ("2017-10-10", "2017-10-10", 3_600), ("2017-10-09", "2017-10-10", 3_600),
            ("2017-10-10", "2017-10-11", 3_660),
            ("2017-10-11", "2017-10-11", 60), ("2017-10-11", "2017-10-31", 60), ("2017-10-01", "2017-10-09", 0),
        ] as [(String, String, Int64)])
    func bothDaysBelongToIt(from: String, to: String, seconds: Int64) throws {
        let ledger = try SmallLedger()
        try ledger.recordJob("a")
        try ledger.recordJob("b", day: "10-11", seconds: 60)
        try ledger.recordJob("later", day: "10-31")
        for groups in [[.day], [.task], [.user, .day], []] as [[UsageGroup]] {
            for logCut in [nil, 10] as [Int64?] where logCut != nil || to != "2017-10-31" {
                let query = UsageQuery(
                    from: try CivilDay(text: from), to: try CivilDay(text: to), groups: groups, logCut: logCut,
                    eventCut: SmallLedger.october.end)
                #expect(try ledger.store.usage(query).total.usage.seconds == seconds, "\(groups), \(logCut ?? -1)")
            }
        }
    }
}
