import Billing
import Store
import TestSupport
import Testing
import Units
import UsageLedger

/// A real store, driven step by step with our clock as an argument.
final class SimulatedLedger {
    let store: LedgerStore
    private let identifiers = CountedIdentifiers()

    init(_ setUp: [SetUpChange], path: String = ":memory:") throws {
        store = try LedgerStore(path: path)
        try store.record(setUp, by: actor(SimulatedHistory.months[0].start))
    }

    /// An empty ledger with the history's set-up.
    convenience init(_ history: SimulatedHistory) throws { try self.init(history.setUp) }

    func actor(_ now: Instant) -> Actor { identifiers.actor(reason: "simulated", now: now) }

    @discardableResult
    func record(_ events: [DecodedEvent], at now: Instant = SimulatedHistory.end) throws -> [RecordResult] {
        let results = try store.record(events, at: now)
        for case .refused(let error) in results { throw error }
        return results
    }

    /// Our clock when a month is closed: four days after its end, past the grace.
    static func closingTime(_ period: BillingPeriod) -> Instant {
        period.end.advanced(byNanoseconds: 4 * CivilDay.nanosecondsPerDay)
    }

    /// Accepts what can be accepted and issues. With `now`, at another time than four days after the month.
    @discardableResult
    func close(_ period: BillingPeriod, logCut: Int64? = nil, now: Instant? = nil) throws -> IssueOutcome {
        let now = now ?? Self.closingTime(period)
        return try store.issue(
            IssueRequest(
                period: period, logCut: logCut, issueDay: CivilDay(Self.closingTime(period)),
                acceptEverything: "simulated"),
            by: actor(now))
    }

    func invoices(_ period: BillingPeriod) throws -> [Invoice] {
        try store.documents(period: period).map { try #require(Invoice(bytes: $0)) }
    }

    /// Every document so far, by period and number.
    func allInvoices() throws -> [Invoice] {
        try store.documents(DocumentSearch()).map(\.period).reduce(into: [BillingPeriod]()) {
            if $0.last != $1 { $0.append($1) }
        }.flatMap { try invoices($0) }
    }

    /// Documents of every kind that are neither void nor replaced.
    func standingDocuments() throws -> [Invoice] {
        try store.documents(DocumentSearch()).filter { $0.state == .issued }.map {
            try #require(Invoice(bytes: try store.document($0.number).bytes))
        }
    }

    func expectRight(_ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let faults = try store.verify().checks.compactMap { check in check.fault.map { "\(check.name): \($0)" } }
        #expect(faults.isEmpty, comment, sourceLocation: sourceLocation)
        if !faults.isEmpty { Issue.record("\(faults)", sourceLocation: sourceLocation) }
    }

    /// Walks through the history: what becomes known is recorded, each month is closed, then the rest is recorded.
    func live(through history: SimulatedHistory, afterStep: (String) throws -> Void = { _ in }) throws {
        var clock = Instant(nanoseconds: 0)
        for period in SimulatedHistory.months {
            let now = Self.closingTime(period)
            try record(history.known(after: clock, by: now), at: now)
            clock = now
            try afterStep("feed before \(period)")
            try close(period)
            try afterStep("close of \(period)")
        }
        try record(history.known(after: clock, by: SimulatedHistory.end))
        try afterStep("late feed")
    }
}
