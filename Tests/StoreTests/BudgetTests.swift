import Billing
import Store
import TestSupport
import Testing
import Units
import UsageLedger

/// A hard cap reserves at the submit, settles at the stop, and is never passed by one yen. The plan costs 0.5 yen a
/// second, so that a task of 600 seconds reserves 300 yen.
@Suite struct BudgetTests {
    private let ledger: SmallLedger
    private let plan: PlanID

    init() throws {
        ledger = try SmallLedger()
        plan = try PlanID("v100")
    }

    private func setCap(_ yen: Int64?, alerts: [Int64] = [], at time: String = "1T08:00") throws {
        try ledger.store.setBudget(
            Budget(hardCap: yen.map(Yen.init), alerts: alerts.map(Yen.init)), account: SmallLedger.acme, user: .unnamed,
            by: ledger.actor(EventScript.instant(time)))
    }

    private func submit(_ name: String, at time: String = "1T09:00", limit: Int64? = 600) throws {
        let event = EventScript("submit \(time) task=\(name) id=\(name) account=acme plan=v100 limit=\(limit ?? 600)")
        try ledger.store.submit(
            event.decoded[0], account: SmallLedger.acme, plan: plan, limitSeconds: limit,
            by: ledger.actor(EventScript.instant(time)))
    }

    private func standing(_ time: String) throws -> BudgetStanding {
        try ledger.store.budgetStanding(SmallLedger.acme, at: EventScript.instant(time))
    }

    private func preview(_ time: String) throws -> Int64? {
        try ledger.store.preview(
            account: SmallLedger.acme, period: try BillingPeriod(text: "2017-11"), eventCut: EventScript.instant(time)
        )?.totals.payable.amount
    }

    @Test func aSubmitReservesAndTheStopSettles() throws {
        try setCap(700)
        try submit("a")
        try submit("b")
        #expect(throws: BudgetExceeded.self) { try submit("c") }
        #expect(try standing("1T09:00").available?.description == "100")
        try ledger.record("start 1T10:00 task=a; stop 1T10:01:40 task=a id=stop-a", at: EventScript.instant("1T10:02"))
        let settled = try standing("1T10:02")
        #expect(settled.used.description == "50" && settled.reserved.description == "300")
        #expect(settled.available?.description == "350")
        try submit("c", at: "1T10:02")
        #expect(throws: BudgetExceeded.self) { try submit("d", at: "1T10:02") }
        try ledger.record("cancel 1T10:03 task=c id=cancel-c", at: EventScript.instant("1T10:03"))
        try submit("d", at: "1T10:03")
        try expectSound()
    }

    @Test func aRunningTaskIsCountedOnce() throws {
        try setCap(300)
        try submit("a")
        try ledger.record("start 1T10:00 task=a", at: EventScript.instant("1T10:00"))
        let running = try standing("1T10:05")
        #expect(running.used == .zero && running.reserved.description == "300")
        // Nothing after its limit is billed.
        try ledger.record("stop 1T12:00 task=a id=stop", at: EventScript.instant("1T12:00"))
        let ended = try standing("1T12:00")
        #expect(ended.used.description == "300" && ended.reserved == .zero)
        #expect(throws: BudgetExceeded.self) { try submit("b", at: "1T12:00") }
        #expect(try preview("30T00:00") == 300)
    }

    /// An outside scheduler's second attempt (decision 13): from its start on, nobody else gets its room.
    @Test func aSecondAttemptReservesAgain() throws {
        try setCap(700)
        try submit("a")
        try ledger.record(
            "start 1T10:00 task=a attempt=1 id=s1; stop 1T10:05 task=a attempt=1 id=e1",
            at: EventScript.instant("1T10:06"))
        #expect(try standing("1T10:06").reserved == .zero)
        try ledger.record("start 1T10:07 task=a attempt=2 id=s2", at: EventScript.instant("1T10:08"))
        let again = try standing("1T10:08")
        #expect(again.used.description == "150" && again.reserved.description == "300")
        #expect(again.available?.description == "250")
        #expect(throws: BudgetExceeded.self) { try submit("b", at: "1T10:08") }
        try ledger.record("stop 1T10:17 task=a attempt=2 id=e2", at: EventScript.instant("1T10:18"))
        #expect(try standing("1T10:18").used.description == "450")
        try submit("c", at: "1T10:18", limit: 400)
        #expect(throws: BudgetExceeded.self) { try submit("d", at: "1T10:18", limit: 600) }
        try expectSound()
    }

    @Test func aCapSetLaterCountsWhatWaitsAndRuns() throws {
        try submit("a")
        try ledger.record("start 1T10:00 task=a", at: EventScript.instant("1T10:00"))
        try submit("b")
        try setCap(700, at: "1T10:01")
        #expect(try standing("1T10:01").reserved.description == "600")
        #expect(throws: BudgetExceeded.self) { try submit("c", at: "1T10:01") }
        try expectSound()
    }

    @Test func aTaskWithoutABoundIsRefused() throws {
        try setCap(1_000_000)
        #expect(throws: BudgetExceeded.self) { try submit("a", limit: nil) }
    }

    @Test func aDearerPriceAddedLaterIsNotBilledForAReservedRun() throws {
        try setCap(300)
        try submit("a")
        try ledger.store.record(
            [.priceEnd(row: 4, plan, to: try CivilDay(text: "2017-11-01"))],
            by: ledger.actor(EventScript.instant("1T09:30")))
        try ledger.store.record(
            [.price(SmallLedger.price("5", from: "2017-11-02"))], by: ledger.actor(EventScript.instant("1T09:31")))
        try ledger.record(
            "start 1T23:55 task=a; stop 2T00:05 task=a id=stop", at: EventScript.instant("2T00:05"))
        #expect(try preview("30T00:00") == 300)
        #expect(try standing("2T00:05").used.description == "300")
        let own = try ledger.store.setUp().prices.rows.filter { $0.account == SmallLedger.acme }
        #expect(own.map { "\($0.from) \($0.price)" } == ["2017-11-02 0.5"])
        try expectSound()
    }

    @Test func aPriceRaisedForDaysPastIsNotBilledForWhatHasEnded() throws {
        try setCap(300)
        try submit("a")
        try ledger.record("start 1T10:00 task=a; stop 1T11:00 task=a id=stop", at: EventScript.instant("2T00:00"))
        try ledger.store.record(
            [
                .priceEnd(row: 4, plan, to: try CivilDay(text: "2017-10-31")),
                .price(SmallLedger.price("5", from: "2017-11-01")),
            ], by: ledger.actor(EventScript.instant("2T09:00")))
        #expect(try preview("30T00:00") == 300)
        let own = try ledger.store.setUp().prices.rows.filter { $0.account == SmallLedger.acme }
        #expect(own.map { "\($0.from) \($0.to!) \($0.price)" } == ["2017-11-01 2017-11-01 0.5"])
        try expectSound()
    }

    @Test func anOwnDearerPriceWaitsForTheEndOfReservedRuns() throws {
        try setCap(300)
        try submit("a")
        let dearer = SetUpChange.price(SmallLedger.price("5", from: "2017-11-02", account: SmallLedger.acme))
        let refused = #expect(throws: StoreError.self) {
            try ledger.store.record([dearer], by: ledger.actor(EventScript.instant("1T09:31")))
        }
        #expect(refused?.code == .refused)
        try ledger.record("cancel 1T09:40 task=a id=cancel", at: EventScript.instant("1T09:40"))
        // It never ran, so it needs no price.
        try ledger.store.record([dearer], by: ledger.actor(EventScript.instant("1T09:41")))
    }

    @Test func eachThresholdIsToldOnceAMonth() throws {
        try setCap(nil, alerts: [100, 50, 100_000])
        func alerts() throws -> Int { try ledger.store.budgetAlerts(of: SmallLedger.acme).count }
        try submit("a")
        try ledger.record("start 1T10:00 task=a", at: EventScript.instant("1T10:00"))
        try ledger.store.raiseBudgetAlerts(at: EventScript.instant("1T10:01"))
        #expect(try alerts() == 0)
        // 50 yen are reached with no event of the task.
        try ledger.store.raiseBudgetAlerts(at: EventScript.instant("1T10:02"))
        try ledger.store.raiseBudgetAlerts(at: EventScript.instant("1T10:02"))
        #expect(try alerts() == 1)
        try ledger.record("stop 1T10:04 task=a id=stop", at: EventScript.instant("1T10:04"))
        #expect(try alerts() == 2)
        try expectSound()
    }

    /// Thousands of submissions beside starts, stops and dearer prices: the month never costs more than its cap.
    @Test func thousandsOfSubmissionsNeverPassTheCap() throws {
        let cap: Int64 = 30_000
        try setCap(cap)
        var generator = SeededGenerator(seed: 20_251)
        var running: [String] = []
        var taken = 0, refused = 0
        for number in 0..<4_000 {
            let name = "t\(number)"
            do {
                try submit(name)
                taken += 1
                running.append(name)
            } catch is BudgetExceeded {
                refused += 1
            }
            if refused % 3 == 2, let ended = running.indices.randomElement(using: &generator) {
                let task = running.remove(at: ended), length = Int.random(in: 0...700, using: &generator)
                let stop = EventScript.instant("1T10:00").advanced(byNanoseconds: Int64(length) * 1_000_000_000)
                let clock = String(stop.tableText.suffix(8))
                try ledger.record(
                    "start 1T10:00 task=\(task) id=\(task)-s; stop 1T\(clock) task=\(task) id=\(task)-e",
                    at: EventScript.instant("1T11:00"))
            }
            if number == 2_000 {
                try ledger.store.record(
                    [
                        .priceEnd(row: 4, plan, to: try CivilDay(text: "2017-10-31")),
                        .price(SmallLedger.price("50", from: "2017-11-01")),
                    ], by: ledger.actor(EventScript.instant("1T09:31")))
            }
        }
        #expect(taken > 100 && refused > 1_000, "\(taken) taken, \(refused) refused")
        let stops = running.enumerated().map { index, task in
            "start 2T10:00 task=\(task) id=\(task)-s\nstop 2T11:00 task=\(task) id=\(task)-e"
        }
        try ledger.record(stops.joined(separator: "\n"), at: EventScript.instant("2T12:00"))
        let billed = try #require(try preview("30T00:00"))
        #expect(billed <= cap && billed > cap - 300, "\(billed) of \(cap)")
        try expectSound()
    }

    /// All of it follows from the log.
    private func expectSound() throws {
        for _ in 0..<2 {
            let report = try ledger.store.verify()
            #expect(report.isRight, "\(report.checks.compactMap(\.fault))")
            try ledger.store.rebuild()
        }
    }
}
