import TestSupport
import Testing
import Units
import UsageLedger

/// From a run to whole seconds by day (§5): ceilings, waivers, the minimum, and where the event cut falls.
@Suite struct RunMeteringTests {
    static let submitted = "submit 1T09:00 account=acme user=alice plan=v100;"

    @Test(arguments: [
        ("start 1T10:00; stop 1T10:01", "1:60"), ("start 1T10:00; stop 1T10:01:00.000000001", "1:61"),
        ("start 1T10:00:00.9; stop 1T10:01:01.1", "1:61"),
        // Cut at midnight: the ceiling of the whole, never of the parts.
        ("start 1T23:59:00.5; stop 2T00:00:59.7", "1:60 2:60"), ("start 1T23:58:59.5; stop 2T00:00:00.4", "1:61"),
        ("start 1T23:00; stop 3T01:00", "1:3600 2:86400 3:3600"), ("start 1T23:00; stop 2T00:00", "1:3600"),
    ])
    func seconds(events: String, slices: String) {
        #expect(RunStory.told(Self.submitted + events) == "1 [] \(slices)")
    }

    @Test(arguments: [
        ("part of it", "start 1T10:00; stop 1T10:10; waive 2T09:00 from=1T10:02 to=1T10:05", "1 [] 1:420"),
        ("its end, and more", "start 1T10:00; stop 1T10:10; waive 2T09:00 from=1T10:08 to=1T11:00", "1 [] 1:480"),
        (
            "no minimum is left", "start 1T10:00; stop 1T10:00:30; waive 2T09:00 from=1T10:00:10 to=1T10:00:20",
            "1 [] 1:20"
        ),
        (
            "outside: only the minimum goes", "start 1T10:00; stop 1T10:00:30; waive 2T09:00 from=1T08:00 to=1T09:00",
            "1 [] 1:30"
        ),
        ("the whole", "start 1T10:00; stop 1T10:10; waive 2T09:00 from=1T10:00 to=1T10:10", "1 waived"),
        (
            "in two parts that touch",
            "start 1T10:00; stop 1T10:10; waive 2T09:00 from=1T10:00 to=1T10:05; "
                + "waive 2T09:00 from=1T10:05 to=1T10:10", "1 waived"
        ),
        (
            "in two parts with a gap",
            "start 1T10:00; stop 1T10:10; waive 2T09:00 from=1T10:00 to=1T10:05; "
                + "waive 2T09:00 from=1T10:05:00.000000001 to=1T10:10", "1 [] 1:1"
        ),
        (
            "twice the same time",
            "start 1T10:00; stop 1T10:10; waive 2T09:00 from=1T10:02 to=1T10:05; "
                + "waive 2T09:00 from=1T10:04 to=1T10:06", "1 [] 1:360"
        ),
        (
            "all but a proof of life",
            "start 1T10:00; stop 1T10:10; alive 1T10:20; waive 2T09:00 from=1T10:00 to=1T10:10",
            "1 [alive_after_stop]"
        ),
        ("half seconds", "start 1T10:00; stop 1T10:10; waive 2T09:00 from=1T10:02:00.5 to=1T10:02:01", "1 [] 1:600"),
        (
            "across midnight", "start 1T23:59:00; stop 2T00:01; waive 2T09:00 from=1T23:59:30 to=2T00:00:30",
            "1 [] 1:30 2:30"
        ),
        (
            "a run that can't be billed", "start 1T10:00; stop 1T09:00; waive 2T09:00 from=1T09:00 to=1T10:00",
            "1 waived"
        ),
        ("an open run up to its silence", "start 1T10:00; waive 2T09:00 from=1T10:00 to=1T11:00", "1 waived"),
        (
            "an open run, not up to its silence", "start 1T10:00; waive 2T09:00 from=1T10:00 to=1T10:59",
            "1 [runaway_run] 1:60"
        ),
        (
            "a run told again",
            "start 1T10:00; stop 1T10:10; restate 2T09:00 stopped=1T10:20; "
                + "waive 2T09:00 from=1T10:00 to=1T10:10", "1 [] 1:600"
        ),
    ])
    func waivers(what: String, events: String, told: String) {
        #expect(RunStory.told(Self.submitted + events) == told, "\(what)")
    }

    @Test(arguments: [
        ("start 1T10:00; stop 1T10:00:30", "1:30+30"), ("start 1T10:00; stop 1T10:00:59.000000001", "1:60"),
        ("start 1T10:00; stop 1T10:00:00.000000001", "1:1+59"),
        ("start 1T23:59:50; stop 2T00:00:10", "1:10 2:10+40"),
        // 00:00 belongs to the new day.
        ("start 1T23:59:50; stop 2T00:00", "1:10 2:0+50"), ("start 2T00:00; stop 2T00:00", "2:0+60"),
        ("start 1T23:59:50; stop 1T23:59:59.999999999", "1:10+50"),
        // Beyond the limit, the stop's day can come after the last billed one.
        ("submit 1T08:00 limit=10; start 1T23:59:30; stop 2T00:01", "1:10 2:0+50"),
        ("submit 1T08:00 limit=10; start 1T23:59:30; stop 4T00:01", "1:10 4:0+50"),
        ("submit 1T08:00 limit=10; start 1T23:59:50; stop 2T00:01", "1:10 2:0+50"),
    ])
    func minimum(events: String, slices: String) {
        #expect(RunStory.told(Self.submitted + events) == "1 [] \(slices)")
    }

    /// The shortfall is known when the stop is before the cut, not at it: nothing closed ever changes because of it.
    @Test(arguments: [
        ("12-01T00:00", "30:5"), ("12-01T00:00:05", "30:5 12-1:5"), ("12-01T00:00:05.000000001", "30:5 12-1:5+50"),
        ("30T23:59:58", "30:3"), ("30T23:59:55", ""), ("30T12:00", ""),
    ])
    func whereTheCutFalls(cut: String, slices: String) {
        let events = Self.submitted + "start 30T23:59:55; stop 12-01T00:00:05"
        let told = RunStory.told(events, cut: EventScript.instant(cut))
        #expect(told == (slices.isEmpty ? "1 []" : "1 [] \(slices)"))
    }

    @Test func anOpenRunWithoutSilenceGoesOnToTheCut() {
        let events = Self.submitted + "start 29T23:00"
        #expect(RunStory.told(events, silence: .none) == "1 [] 29:3600 30:86400")
        #expect(
            RunStory.told(events, cut: EventScript.instant("12-02T00:00:00.1"), silence: .none)
                == "1 [] 29:3600 30:86400 12-1:86400 12-2:1")
        let waived = events + "; waive 30T09:00 from=29T00:00 to=12-01T00:00"
        #expect(RunStory.told(waived, silence: .none) == "1 waived")
        #expect(RunStory.told(waived, cut: EventScript.instant("12-01T00:00:01"), silence: .none) == "1 [] 12-1:1")
    }

    @Test(arguments: [("1", 600_000), ("0.5", 300_000), ("8", 4_800_000), ("0.001", 600)] as [(String, Int64)])
    func gpuSeconds(gpus: String, thousandths: Int64) throws {
        let run = RunStory.history(Self.submitted + "start 1T10:00 gpus=\(gpus); stop 1T10:10").runs[0]
        let slice = try #require(run.slices(eventCut: RunStory.monthEnd, silence: .none).first)
        #expect(slice.usage(gpus: try #require(run.gpus)).gpuSecondThousandths == thousandths)
    }
}
