import TestSupport
import Testing
import UsageLedger
import Units

/// The task as its user asked for it.
private let who = "submit 1T09:00 account=acme user=alice plan=v100; "

/// What a scheduler's list claims, where a run differs from it, and that the proposed restatement makes them equal.
@Suite struct SchedulerClaimTests {
    private static let listed = who + "start 1T10:00 gpus=2; stop 1T11:00"

    private static func claims(_ script: String, until end: String? = nil) -> SchedulerList.Claims {
        var list = SchedulerList()
        let task = try! TaskID("t1")
        for fact in EventScript(script).facts { list.add(task, fact) }
        return list.claims(until: end.map(EventScript.instant)) { _ in RunStory.history(script).runs.first.map(terms) }
    }

    private static func terms(_ run: Run) -> PlanTerms {
        PlanTerms(gpus: try! GPUQuantity(decimal: "1"), minimumSeconds: run.minimumSeconds)
    }

    private static func differences(_ claim: SchedulerClaim, _ log: String) -> [RunDifference] {
        let run = RunStory.history(log).runs.first { $0.attempt == claim.run.attempt }
        return claim.differences(with: run, eventCut: RunStory.monthEnd, silence: .minutes(60))
    }

    @Test(arguments: [
        (who + "start 1T10:00 gpus=2; stop 1T11:00", ""),
        // Other ids, proofs of life and tags are no difference.
        ("start 1T10:00 id=x gpus=2 account=acme user=alice plan=v100; alive 1T10:30; stop 1T11:00 id=y", ""),
        ("", "missed_start"),
        (who + "stop 1T11:00", "missed_start"),
        (
            "start 1T08:00 attempt=2 account=acme user=alice plan=v100; stop 1T08:30 attempt=2", "missed_start"
        ),
        (who + "start 1T10:00 gpus=2", "missed_stop"),
        (who + "start 1T10:01 gpus=2; stop 1T11:00", "other_start"),
        (who + "start 1T10:00 gpus=2; stop 1T10:59", "other_stop"),
        (who + "start 1T10:00 gpus=2; stop 1T11:00:00.1", "other_stop"),
        (
            who + "start 1T10:00 gpus=2; start 1T10:30 gpus=2; stop 1T11:00",
            "second_start"
        ),
        (
            who + "start 1T09:30 gpus=2; start 1T10:00 gpus=2; stop 1T11:00",
            "other_start"
        ),
        (
            who + "start 1T10:00 gpus=2; stop 1T11:00; stop 1T12:00",
            "second_stop"
        ),
        (
            who + "start 1T10:00 gpus=2; stop 1T11:00; alive 1T12:00",
            "second_stop"
        ),
        (
            who + "cancel 1T09:30; start 1T10:00 gpus=2; stop 1T11:00",
            "canceled"
        ),
        ("submit 1T09:00 account=beta user=alice plan=v100; start 1T10:00 gpus=2; stop 1T11:00", "other_account"),
        ("submit 1T09:00 account=acme user=bob plan=v100; start 1T10:00 gpus=2; stop 1T11:00", "other_user"),
        ("submit 1T09:00 account=acme user=alice plan=duo; start 1T10:00 gpus=2; stop 1T11:00", "other_plan"),
        (who + "start 1T10:00; stop 1T11:00", "other_gpus"),
        (
            "submit 1T09:00 account=beta user=bob plan=duo; start 1T10:01 gpus=1; stop 1T11:01",
            "other_start other_stop other_account other_user other_plan other_gpus"
        ),
        // Two names: the list tells which.
        (
            who + "start 1T10:00 gpus=2 account=beta; stop 1T11:00",
            "other_account"
        ),
        // A person has decided that nothing is billed.
        ("start 1T10:01 gpus=1; stop 1T11:01; waive 2T00:00 from=1T10:00 to=1T12:00", ""),
    ])
    func everyDifferenceIsNamedAndCanBeRestated(log: String, expected: String) throws {
        let claim = try #require(Self.claims(Self.listed).claims.first)
        let found = Self.differences(claim, log)
        #expect(found.map(\.kind.rawValue).joined(separator: " ") == expected)
        let restated = claim.restatement(for: found)
        guard !found.isEmpty else { return #expect(restated == Restatement()) }
        let fact = UsageFact(
            key: EventKey(source: "kanjo", id: "r"), time: EventScript.instant("3T00:00"),
            detail: .restated(attempt: 1, restated))
        let healed = RunStory.history(EventScript(log).facts + [fact]).runs.first { $0.attempt == 1 }
        #expect(claim.differences(with: healed, eventCut: RunStory.monthEnd, silence: .minutes(60)) == [])
        #expect(healed?.canBill == true)
    }

    @Test func aRunningRunClaimsNoStopUpToTheEndOfTheList() throws {
        let list = "start 1T10:00 account=acme plan=v100; start 1T12:00 attempt=2 account=acme plan=v100"
        func found(_ log: String, until end: String? = nil) throws -> String {
            let claim = try #require(Self.claims(list, until: end).claims.first)
            return Self.differences(claim, log).map(\.kind.rawValue).joined(separator: " ")
        }
        let start = "start 1T10:00 account=acme plan=v100;"
        #expect(try found(start) == "")
        #expect(try found(start + "stop 1T12:00") == "")
        #expect(try found(start + "stop 1T11:59") == "early_stop")
        #expect(try found(start + "stop 1T11:59", until: "1T11:30") == "")
        #expect(try found(start + "stop 1T11:59", until: "2T00:00") == "early_stop")
        #expect(try found("stop 1T13:00") == "missed_start")
    }

    @Test func aRunThatIsNotListedDiffersUntilItIsWaived() {
        let claim = SchedulerClaim(
            run: RunKey(try! TaskID("t1"), 1), source: "/test", course: .absent(start: EventScript.instant("1T10:00")))
        #expect(Self.differences(claim, Self.listed).map(\.kind) == [.notListed])
        #expect(claim.restatement(for: Self.differences(claim, Self.listed)) == Restatement())
        #expect(Self.differences(claim, Self.listed + "; waive 2T00:00 from=1T09:00 to=1T12:00") == [])
        #expect(Self.differences(claim, "submit 1T09:00 account=acme") == [])
    }

    @Test(arguments: [
        ("start 1T10:00; start 1T10:01", "start_conflict"),
        ("start 1T10:00; stop 1T11:00; stop 1T12:00", "stop_conflict"),
        ("start 1T10:00; stop 1T09:00", "negative_run"), ("stop 1T09:00", "stop_without_start"),
        ("submit 1T09:00 user=a; start 1T10:00 user=b", "identity_conflict"),
    ])
    func aListThatContradictsItselfClaimsNothing(list: String, kind: String) {
        let found = Self.claims(list)
        #expect(found.claims.isEmpty)
        #expect(found.contradictions.map { $0.kinds.map(\.rawValue) } == [[kind]])
    }

    @Test func theSameRowTwiceIsOneRow() {
        let row = "start 1T10:00 id=a gpus=2 account=acme; stop 1T11:00 id=b"
        #expect(Self.claims(row).claims == Self.claims(row + ";" + row).claims)
        #expect(Self.claims("submit 1T09:00 account=acme; cancel 1T10:00").claims.isEmpty)
    }

    /// The bytes that are recorded, which `check_schemas.py` holds against the event's JSON Schema.
    @Test func theBytesOfClaimsAreThoseOfTheVectors() throws {
        let absent = SchedulerClaim(
            run: RunKey(try TaskID("t1"), 2), source: "slurm", course: .absent(start: EventScript.instant("1T10:00")))
        let scripts = [Self.listed, "start 1T10:00 attempt=17 gpus=0.142"]
        let claims = scripts.flatMap { Self.claims($0).claims } + [absent]
        let lines = claims.enumerated().map { index, claim in
            let bytes = claim.event(who: "mika", reason: index == 0 ? "month end" : nil).body(
                key: EventKey(source: "kanjo", id: "\(index + 1)"), time: EventScript.instant("2T00:00"),
                makeSalt: { Salt(repeating: 7, count: 16) }
            ).body
            return String(decoding: bytes, as: UTF8.self) + "\n"
        }
        let file = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/Vectors/claims.jsonl"
        #expect(Golden.read(file) == lines.joined())
    }

    @Test(arguments: [
        listed, "start 1T10:00 attempt=17", "start 1T10:00 gpus=0.142; stop 1T10:00:00.000000001", "absent",
    ])
    func aClaimIsReadBackFromItsEvent(list: String) throws {
        let absent = SchedulerClaim(
            run: RunKey(try TaskID("日:本"), 9_007_199_254_740_991), source: "slurm",
            course: .absent(start: EventScript.instant("1T10:00")))
        let claim = list == "absent" ? absent : try #require(Self.claims(list).claims.first)
        let (body, _, texts) = claim.event(who: "mika", reason: "month end").body(
            key: EventKey(source: "kanjo", id: "1"), time: EventScript.instant("2T00:00"),
            makeSalt: { Salt(repeating: 7, count: 16) })
        #expect(SchedulerClaim(body: try JSONValue(parsing: body)) == claim)
        // A person's words stand beside the body.
        #expect(texts.map(\.field) == ["why"])
        #expect(!String(decoding: body, as: UTF8.self).contains("month end"))
    }
}
