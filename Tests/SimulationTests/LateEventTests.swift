import Billing
import Store
import TestSupport
import Testing
import Units
import UsageLedger

/// An event that comes after its month is closed, however late, makes one net line per rate on the next invoice, and
/// then rest (§8).
@Suite struct LateEventTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let event: String
        /// Months and class of the lines that settle it, by plan.
        let lines: [String]

        var testDescription: String { name }
    }

    /// Two jobs of an hour on 2017-10-10, at 0.5 yen: 1,800 yen each.
    static let feed = """
        submit 10-10T09:00 task=a account=acme user=alice plan=v100
        start 10-10T10:00 task=a
        stop 10-10T11:00 task=a
        submit 10-10T09:00 task=b account=acme user=alice plan=v100
        start 10-10T12:00 task=b
        stop 10-10T13:00 task=b
        """

    static let cases = [
        Case(
            name: "a longer stop", event: "restate 10-10T11:00 id=late task=a stopped=10-10T11:10",
            lines: ["acme correction v100 600 300"]),
        Case(
            name: "a shorter stop", event: "restate 10-10T11:00 id=late task=a stopped=10-10T10:50",
            lines: ["acme correction v100 -600 -300"]),
        Case(
            name: "a waiver of all", event: "waive 10-10T11:00 id=late task=a from=10-10T10:00 to=10-10T11:00",
            lines: ["acme correction v100 -3600 -1800"]),
        Case(
            name: "a waiver of a part", event: "waive 10-10T11:00 id=late task=a from=10-10T10:00 to=10-10T10:30",
            lines: ["acme correction v100 -1800 -900"]),
        Case(
            name: "another plan", event: "restate 10-10T11:00 id=late task=a plan=duo",
            lines: ["acme carried duo 3600 900", "acme correction v100 -3600 -1800"]),
        Case(
            name: "another account", event: "restate 10-10T11:00 id=late task=a account=beta",
            lines: ["acme correction v100 -3600 -1800", "beta carried v100 3600 1800"]),
        Case(
            name: "more GPUs", event: "restate 10-10T11:00 id=late task=a gpus=4",
            lines: ["acme correction v100 0 5400"]),
        Case(
            name: "a second stop, earlier", event: "stop 10-10T10:30 id=late task=a",
            lines: ["acme correction v100 -1800 -900"]),
        Case(
            name: "a cancellation", event: "cancel 10-10T09:59 id=late task=a",
            lines: ["acme correction v100 -3600 -1800"]),
        Case(name: "nothing new", event: "alive 10-10T10:30 id=late task=a", lines: []),
    ]

    /// Seconds after the month's close at which the event is recorded.
    static let lags: [Int64] = [1, 3_600, 20 * 86_400, 400 * 86_400, 725 * 86_400]

    @Test(arguments: cases, lags)
    func oneNetLineThenNone(_ late: Case, lag: Int64) throws {
        let ledger = try SimulatedLedger(Self.setUp)
        let october = SimulatedHistory.months[0]
        let closed = SimulatedLedger.closingTime(october)
        try ledger.record(EventScript(Self.feed).decoded, at: closed)
        try ledger.close(october)
        #expect(try ledger.invoices(october).map(\.totals.total) == [Yen(3_600)])

        let now = closed.advanced(byNanoseconds: lag * 1_000_000_000)
        try ledger.record(EventScript(late.event).decoded, at: now)
        let next = max(CivilDay(now).period, october.next)
        try closeWithUse(ledger, next)
        let lines = try ledger.invoices(next).flatMap { invoice in
            invoice.lines.filter { $0.chargeMonth == october && $0.lineClass != .credit }.map {
                "\(invoice.recipient.id) \($0.lineClass.rawValue) \($0.plan) \($0.usage.seconds) \($0.amount)"
            }
        }
        #expect(lines == late.lines, "lag \(lag) s")
        for line in try ledger.invoices(next).flatMap(\.lines) where line.lineClass == .correction {
            let causes = try #require(line.difference?.causes)
            #expect(causes.count == 1, "\(causes)")
        }
        try closeWithUse(ledger, next.next)
        let rest = try ledger.invoices(next.next).flatMap(\.lines).filter { $0.chargeMonth < next.next }
        #expect(rest.isEmpty, "lag \(lag) s: \(rest)")
        #expect(try ExpectedMonths(ledger, through: next.next).differences.isEmpty)
        if lag == Self.lags[0] || lag == Self.lags.last { try ledger.expectRight("\(late.name), lag \(lag) s") }
    }

    /// Ten hours of each account in the month itself, so that there is a document for a correction to stand on.
    private func closeWithUse(_ ledger: SimulatedLedger, _ period: BillingPeriod) throws {
        let script = ["acme", "beta"].map { account in
            let task = "task=\(account)-\(period)"
            return "submit \(period)-02T09:00 \(task) id=\(account)-\(period)-1 account=\(account) user=u plan=v100\n"
                + "start \(period)-02T10:00 \(task) id=\(account)-\(period)-2\n"
                + "stop \(period)-02T20:00 \(task) id=\(account)-\(period)-3"
        }
        try ledger.record(EventScript(script.joined(separator: "\n")).decoded, at: SimulatedLedger.closingTime(period))
        try ledger.close(period)
    }

    static let setUp: [SetUpChange] = [
        .issuer(Issuer(name: "株式会社勘定", registrationNumber: "T7000012050002")),
        .account(Account(id: try! AccountID("acme"), name: "acme")),
        .account(Account(id: try! AccountID("beta"), name: "beta")),
        .plan(SimulatedSetUp.plan("v100", gpus: "1", minimum: 60)),
        .plan(SimulatedSetUp.plan("duo", gpus: "2", minimum: 1)),
        .price(SimulatedSetUp.row("v100", "0.5", .gpu, "2017-10-01")),
        .price(SimulatedSetUp.row("duo", "0.25", .plan, "2017-10-01")),
    ]

    /// A wrong month that is larger than what is left waits, and comes again by itself until it is settled.
    @Test func whatFindsNoRoomComesAgain() throws {
        let ledger = try SimulatedLedger(Self.setUp)
        let months = (0..<5).map { BillingPeriod(monthNumber: SimulatedHistory.months[0].monthNumber + $0) }
        try ledger.record(EventScript(Self.feed).decoded, at: SimulatedLedger.closingTime(months[0]))
        try ledger.close(months[0])
        try ledger.record(
            EventScript(
                """
                waive 10-10T11:00 id=w1 task=a from=10-10T10:00 to=10-10T11:00
                waive 10-10T11:00 id=w2 task=b from=10-10T12:00 to=10-10T13:00
                """
            ).decoded, at: SimulatedLedger.closingTime(months[0]))
        // 1,500 yen a month: 3,600 are taken off in three months, and none of these has a document but the third.
        for period in months.dropFirst() {
            let task = "task=\(period)"
            try ledger.record(
                EventScript(
                    "submit \(period)-02T09:00 \(task) id=\(period)-1 account=acme user=u plan=v100\n"
                        + "start \(period)-02T10:00 \(task) id=\(period)-2\n"
                        + "stop \(period)-02T10:50 \(task) id=\(period)-3"
                ).decoded, at: SimulatedLedger.closingTime(period))
            try ledger.close(period)
            try ledger.expectRight("\(period)")
        }
        let totals = try months.map { try ledger.invoices($0).map(\.totals.total.amount) }
        #expect(totals == [[3_600], [], [], [900], [1_500]])
        #expect(try ExpectedMonths(ledger, through: months[4]).differences.isEmpty)
    }
}
