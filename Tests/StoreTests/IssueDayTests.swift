import Billing
import Store
import TestSupport
import Testing
import Units

/// The day on a document is final, so a wrong one is refused (C21).
@Suite struct IssueDayTests {
    private static let first = DocumentNumber(text: "201710-000001")

    @Test func aMonthIsIssuedFromItsLastDayToToday() throws {
        for (day, isTaken) in [
            ("1990-01-01", false), ("2017-10-30", false), ("2017-10-31", true), ("2017-11-05", true),
            ("2017-11-06", false), ("2099-12-31", false),
        ] {
            let ledger = try SmallLedger()
            try ledger.recordJob("a")
            let head = try ledger.store.head()
            let request = IssueRequest(period: SmallLedger.october, issueDay: try CivilDay(text: day))
            do {
                _ = try ledger.store.issue(request, by: ledger.actor(SmallLedger.november5))
                #expect(isTaken, "\(day)")
            } catch let error as StoreError {
                #expect(error.code == .invalidIssueDay && !isTaken, "\(day): \(error)")
                #expect(error.message.contains(day) && error.message.contains("from 2017-10-31 to 2017-11-05"))
                #expect(try ledger.store.head() == head)
            }
        }
    }

    @Test func whatFollowsADocumentIsNotOlderThanIt() throws {
        let ledger = try SmallLedger()
        try ledger.recordJob("a")
        try ledger.issue()
        try ledger.record("waive 5T11:00 id=w task=a attempt=1 from=10-01T00:00 to=11-01T00:00 reason=broken who=ops")
        let actor = ledger.identifiers.actor(reason: "tested", now: EventScript.instant("7T12:00"))
        for day in ["2017-11-04", "2017-11-08", "1990-01-01"] {
            let wrong = try CivilDay(text: day)
            let returned = #expect(throws: StoreError.self) {
                try ledger.store.returnInvoice(Self.first, day: wrong, by: actor)
            }
            let reissued = #expect(throws: StoreError.self) {
                try ledger.store.reissueInvoice(Self.first, day: wrong, by: actor)
            }
            #expect(returned?.code == .invalidIssueDay && reissued?.code == .invalidIssueDay, "\(day)")
        }
        // On the same day it may.
        let made = try ledger.store.returnInvoice(Self.first, day: try CivilDay(text: "2017-11-05"), by: actor)
        #expect(made.issueDay.description == "2017-11-05")
    }
}
