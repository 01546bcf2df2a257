import Store
import TestSupport
import Testing
import Units
import UsageLedger

/// Every event gets its own answer: recorded, the same again, another one under its name, or refused (§3).
@Suite struct RecordResultTests {
    private static let first = "start 1T10:00 id=e1 gpus=2 node=n1 name=first tags=a,b"

    @Test(arguments: [
        (first, "duplicate 5"),
        // The same values in other words.
        ("start 1T10:00:00.000 id=e1 tags=a,b name=first node=n1 gpus=2.000", "duplicate 5"),
        ("start 1T10:00 id=e1 gpus=4 node=n1 name=first tags=a,b", "conflict 5 data.gpus"),
        ("start 1T10:01 id=e1 gpus=2 node=n2 name=first tags=a,b", "conflict 5 data.node,time"),
        ("start 1T10:00 id=e1 task=t2 gpus=2 node=n1 name=first tags=a,b", "conflict 5 subject"),
        ("stop 1T10:00 id=e1 node=n1", "conflict 5 data.gpus,data.name,data.tags,type"),
        ("start 1T10:00 id=e1 gpus=2 node=n1 name=second tags=a,b", "conflict 5 data.name"),
        ("start 1T10:00 id=e1 gpus=2 node=n1 name=first tags=b,a", "conflict 5 data.tags"),
        ("start 1T10:00 id=e1 gpus=2 node=n1 tags=a,b", "conflict 5 data.name"),
        ("start 1T10:00 id=e1 source=/other gpus=2 node=n1 name=first tags=a,b", "recorded 6"),
        ("start 1T10:00 id=E1 gpus=2 node=n1 name=first tags=a,b", "recorded 6"),
    ])
    func sentAgain(event: String, result: String) throws {
        let ledger = try SmallLedger()
        #expect(word(try ledger.record(Self.first).first) == "recorded 5")
        // The sender makes a new salt each time; that makes no new event.
        let again = EventScript.decode(EventScript(event).events[0], salt: Array(100..<116))
        #expect(word(try ledger.store.record([again], at: SmallLedger.november5).first) == result)
        #expect(try ledger.store.head().size == (result.hasPrefix("recorded") ? 6 : 5))
        #expect(try ledger.store.verify().isRight)
    }

    /// Sources are compared byte for byte, though Swift takes both forms of é for the same text.
    @Test func otherUnicodeFormsAreOtherSources() throws {
        let ledger = try SmallLedger()
        let results = try ledger.record("start 1T10:00 id=e1 source=caf\u{E9}; start 1T10:00 id=e1 source=cafe\u{301}")
        #expect(results.map(word) == ["recorded 5", "recorded 6"])
        #expect(try ledger.store.verify().isRight)
    }

    @Test func aBadEventNeverHidesAGoodOne() throws {
        let ledger = try SmallLedger()
        let results = try ledger.record(
            """
            start 1T10:00 id=e1
            start 1T10:00 id=e1
            stop 1T10:05 id=e1
            stop 20T00:00 id=e2
            stop 1T10:10 id=e3
            """)
        #expect(
            results.map { word($0) } == [
                "recorded 5", "duplicate 5", "conflict 5 time,type", "refused instant_in_future", "recorded 6",
            ])
        #expect(try ledger.store.head().size == 6)
    }

    /// Our clock is 5 November 12:00; five minutes of difference are nobody's fault.
    @Test(arguments: [
        ("start 5T12:05", true), ("start 5T12:05:00.000000001", false),
        ("waive 5T12:00 from=5T11:00 to=5T12:05", true), ("waive 5T12:00 from=5T11:00 to=5T12:05:00.000000001", false),
        ("restate 5T12:00 started=5T12:05", true), ("restate 5T12:00 started=5T12:05:01", false),
        ("restate 5T12:00 stopped=5T12:05", true), ("restate 5T12:00 started=5T10:00 stopped=6T00:00", false),
    ])
    func theFutureIsRefused(event: String, isTaken: Bool) throws {
        let ledger = try SmallLedger()
        let result = try ledger.record(event).first
        #expect(word(result) == (isTaken ? "recorded 5" : "refused instant_in_future"))
    }

    /// Our clock may be set back; the log isn't.
    @Test func recordedAtNeverDecreases() throws {
        let ledger = try SmallLedger()
        let clocks = ["5T12:00", "5T11:00", "5T12:00:00.000000001", "1T00:00", "6T00:00"].map {
            EventScript.instant($0)
        }
        for (index, clock) in clocks.enumerated() {
            try ledger.record("start 10-20T10:00 id=e\(index) task=t\(index)", at: clock)
            #expect(try ledger.store.head().recordedAt == clocks[...index].max())
        }
        #expect(try ledger.store.position(recordedBy: EventScript.instant("5T11:59")) == 4)
        #expect(try ledger.store.position(recordedBy: clocks[0]) == 6)
        #expect(try ledger.store.position(recordedBy: clocks[2]) == 8)
        #expect(try ledger.store.position(recordedBy: clocks[4]) == 9)
        #expect(try ledger.store.verify().isRight)
    }
}
