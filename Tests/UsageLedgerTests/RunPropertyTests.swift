import TestSupport
import Testing
import Units
import UsageLedger

/// What holds for any events of a task, not only for those of the tables.
@Suite struct RunPropertyTests {
    static let rounds = 1_500

    /// Runs are a function of the set of events (§4).
    @Test func theOrderOfEventsChangesNothing() {
        var generator = RunGenerator(seed: TestSeed.value)
        for round in 0..<Self.rounds {
            let facts = generator.facts()
            let told = RunStory.history(facts)
            #expect(
                RunStory.history(generator.shuffled(facts)) == told, "seed \(TestSeed.value), round \(round): \(facts)")
        }
    }

    /// The same word from the same source under a new id adds nothing but its count.
    @Test func sayingItTwiceChangesNothing() {
        var generator = RunGenerator(seed: TestSeed.value &+ 1)
        for round in 0..<Self.rounds {
            let facts = generator.facts()
            let again = facts.map { fact in
                UsageFact(
                    key: EventKey(source: fact.key.source, id: fact.key.id + "again"), time: fact.time,
                    detail: fact.detail)
            }
            let comment: Comment = "seed \(TestSeed.value), round \(round): \(facts)"
            #expect(
                uncounted(RunStory.history(generator.shuffled(facts + again))) == uncounted(RunStory.history(facts)),
                comment)
        }
    }

    private func uncounted(_ history: TaskHistory) -> [Run] {
        history.runs.map { run in
            var run = run
            run.eventCount = 0
            return run
        }
    }

    /// Every event belongs to a run, to the task, or to an attempt that never ran.
    @Test func everyEventIsCountedOnce() {
        var generator = RunGenerator(seed: TestSeed.value &+ 2)
        for round in 0..<Self.rounds {
            let facts = generator.facts()
            let history = RunStory.history(facts)
            let counted = history.runs.reduce(history.taskEventCount + history.looseEventCount) { $0 + $1.eventCount }
            #expect(counted == facts.count, "seed \(TestSeed.value), round \(round): \(facts)")
        }
    }

    /// Σ slices = ⌈elapsed⌉ at every cut, day by day, counted by another way of measuring.
    @Test func slicesAddUpAtEveryCut() {
        var generator = RunGenerator(seed: TestSeed.value &+ 3)
        var billed = 0
        for round in 0..<Self.rounds {
            let facts = generator.facts()
            let silence = generator.silence()
            for run in RunStory.history(facts).runs {
                let cut = generator.instant()
                let slices = run.slices(eventCut: cut, silence: silence)
                let comment: Comment =
                    "seed \(TestSeed.value), round \(round), attempt \(run.attempt), cut \(cut): \(facts)"
                let expected = MeasuredRun(run, cut: cut, silence: silence)
                #expect(slices.reduce(0) { $0 + $1.seconds } == expected.seconds, comment)
                #expect(slices.allSatisfy { $0.seconds == expected.seconds(of: $0.day) }, comment)
                #expect(slices.allSatisfy { $0.seconds + $0.shortfallSeconds > 0 }, comment)
                #expect(slices.map(\.day) == Set(slices.map(\.day)).sorted(), comment)
                let shortfalls = slices.filter { $0.shortfallSeconds > 0 }
                #expect(shortfalls.map(\.shortfallSeconds) == expected.shortfall.map { [$0] } ?? [], comment)
                #expect(shortfalls.allSatisfy { run.stoppedAt.map(CivilDay.init) == $0.day }, comment)
                if expected.seconds > 0 { billed += 1 }
            }
        }
        // Or else nothing was compared.
        #expect(billed > Self.rounds / 4, "seed \(TestSeed.value)")
    }

    /// What a run bills up to a cut, and from there on, is what it bills at once; a later cut takes no second back.
    @Test func halvesAddUpToTheWhole() {
        var generator = RunGenerator(seed: TestSeed.value &+ 4)
        for round in 0..<Self.rounds {
            let facts = generator.facts()
            for run in RunStory.history(facts).runs where !run.isOpen || run.waived.spans.isEmpty {
                let cuts = [generator.instant(), generator.instant()].sorted()
                let early = seconds(run.slices(eventCut: cuts[0], silence: .minutes(60)))
                let late = seconds(run.slices(eventCut: cuts[1], silence: .minutes(60)))
                let comment: Comment =
                    "seed \(TestSeed.value), round \(round), attempt \(run.attempt), cuts \(cuts): \(facts)"
                for (day, seconds) in early { #expect(late[day] ?? 0 >= seconds, comment) }
                // Days that are over at the first cut are billed for good, but for the stop day's shortfall.
                for (day, seconds) in late where day.next.start <= cuts[0] { #expect(early[day] == seconds, comment) }
            }
        }
    }

    private func seconds(_ slices: [Slice]) -> [CivilDay: Int64] {
        Dictionary(slices.filter { $0.seconds > 0 }.map { ($0.day, $0.seconds) }, uniquingKeysWith: +)
    }

    /// R11, pair by pair.
    @Test func overlapsAreThoseOfPairs() {
        var generator = RunGenerator(seed: TestSeed.value &+ 5)
        var found = 0
        for round in 0..<Self.rounds {
            let facts = generator.facts()
            let runs = RunStory.history(facts).runs
            let clear = runs.filter { run in
                run.startedAt != nil && run.anomalies.isDisjoint(with: [.startConflict, .negativeRun])
                    && !(run.stoppedAt != nil && run.isWaivedWhole(eventCut: .endOfTime, silence: .none))
            }
            for run in runs {
                let overlaps = clear.contains { other in
                    other.attempt != run.attempt && clear.contains { $0.attempt == run.attempt }
                        && run.startedAt! < other.stoppedAt ?? .endOfTime
                        && other.startedAt! < run.stoppedAt ?? .endOfTime
                }
                if overlaps { found += 1 }
                let comment: Comment = "seed \(TestSeed.value), round \(round), attempt \(run.attempt): \(facts)"
                #expect(run.anomalies.contains(.attemptOverlap) == overlaps, comment)
            }
        }
        #expect(found > Self.rounds / 10)
    }
}

/// A run measured by elementary intervals: all borders sorted, each piece in or out.
struct MeasuredRun {
    private let run: Run
    private let end: Instant
    private let isBilled: Bool
    let shortfall: Int64?

    init(_ run: Run, cut: Instant, silence: RunawaySilence) {
        self.run = run
        isBilled = run.canBill && run.startedAt! < cut && !run.isWaivedWhole(eventCut: cut, silence: silence)
        var ends = [cut]
        if let stop = run.stoppedAt { ends.append(stop) }
        if let limit = run.limitEndsAt { ends.append(limit) }
        if run.stoppedAt == nil, case .minutes(let minutes) = silence, let proof = run.lastProofAt {
            ends.append(Instant(nanoseconds: proof.nanoseconds + minutes * 60 * 1_000_000_000))
        }
        end = ends.min()!
        let owed = run.minimumSeconds - Self.seconds(run, to: end)
        shortfall = isBilled && run.paysMinimum && run.stoppedAt.map { $0 < cut } == true && owed > 0 ? owed : nil
    }

    var seconds: Int64 { isBilled ? Self.seconds(run, to: end) : 0 }

    func seconds(of day: CivilDay) -> Int64 {
        guard isBilled else { return 0 }
        return Self.seconds(run, to: min(end, day.next.start)) - Self.seconds(run, to: min(end, day.start))
    }

    /// ⌈time from the start to an instant that no waiver covers⌉.
    private static func seconds(_ run: Run, to end: Instant) -> Int64 {
        guard let start = run.startedAt, start < end else { return 0 }
        let borders = Set([start, end] + run.waived.spans.flatMap { [$0.from, $0.to] }).filter {
            $0 >= start && $0 <= end
        }.sorted()
        var nanoseconds: Int128 = 0
        for (from, to) in zip(borders, borders.dropFirst())
        where !run.waived.spans.contains(where: { $0.from <= from && to <= $0.to }) {
            nanoseconds += Int128(to.nanoseconds - from.nanoseconds)
        }
        return Int64((nanoseconds + 999_999_999) / 1_000_000_000)
    }
}
