import TestSupport
import Units
import UsageLedger

/// Random facts of one task: mostly sound runs, with everything that can go wrong among them.
struct RunGenerator {
    private var generator: SeededGenerator
    private var count = 0
    private let first = EventScript.instant("1T00:00")

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// An instant in the first days of November, close to a midnight now and then.
    mutating func instant() -> Instant {
        let day = Int64(generator.below(4)) * CivilDay.nanosecondsPerDay
        let odd = generator.pick([0, 0, 1, 999_999_999, Int64(generator.below(1_000_000_000))])
        if generator.chance(oneIn: 4) {
            return first.advanced(byNanoseconds: day + Int64(generator.below(3) - 1) * odd)
        }
        return first.advanced(byNanoseconds: day + Int64(generator.below(86_400)) * 1_000_000_000 + odd)
    }

    mutating func facts() -> [UsageFact] {
        var facts: [UsageFact] = []
        if !generator.chance(oneIn: 5) { facts.append(fact(.submitted(identity(), limitSeconds: limit()))) }
        for attempt in 1...Int64(1 + generator.below(3)) {
            let start = instant()
            let stop = generator.chance(oneIn: 12) ? instant() : start.advanced(byNanoseconds: length())
            if !generator.chance(oneIn: 10) { facts.append(started(attempt, at: start)) }
            if !generator.chance(oneIn: 6) { facts.append(fact(.stopped(attempt: attempt, .done), at: stop)) }
            while generator.chance(oneIn: 4) { facts.append(one(of: attempt, start)) }
        }
        if generator.chance(oneIn: 15) { facts.append(fact(.canceled)) }
        if generator.chance(oneIn: 8) { facts.append(fact(.submitted(identity(), limitSeconds: limit()))) }
        return facts
    }

    private mutating func one(of attempt: Int64, _ start: Instant) -> UsageFact {
        switch generator.below(5) {
        case 0: return fact(.alive(attempt: attempt))
        case 1: return started(attempt, at: generator.chance(oneIn: 2) ? start : instant())
        case 2: return fact(.stopped(attempt: attempt, nil))
        case 3:
            let from = generator.chance(oneIn: 2) ? start : instant()
            let to = from.advanced(byNanoseconds: 1 + length())
            return fact(.waived(attempt: attempt, from: from, to: to))
        default:
            var restatement = Restatement(gpus: generator.chance(oneIn: 3) ? gpus() : nil)
            if generator.chance(oneIn: 2) { restatement.startedAt = instant() }
            if generator.chance(oneIn: 2) { restatement.stoppedAt = instant() }
            if generator.chance(oneIn: 4) { restatement.identity = identity() }
            return fact(.restated(attempt: attempt, restatement))
        }
    }

    private mutating func started(_ attempt: Int64, at time: Instant) -> UsageFact {
        let named = generator.chance(oneIn: 6) ? identity() : NamedIdentity()
        return fact(.started(attempt: attempt, named, gpus: generator.chance(oneIn: 3) ? gpus() : nil), at: time)
    }

    private mutating func fact(_ detail: UsageFact.Detail, at time: Instant? = nil) -> UsageFact {
        count += 1
        let key = EventKey(source: generator.pick(["/a", "/a", "/B"]), id: "\(generator.pick(["e", "Z"]))\(count)")
        return UsageFact(key: key, time: time ?? instant(), detail: detail)
    }

    private mutating func identity() -> NamedIdentity {
        NamedIdentity(
            account: generator.chance(oneIn: 12) ? try! AccountID("beta") : try! AccountID("acme"),
            user: generator.chance(oneIn: 3) ? nil : try! UserID("alice"),
            plan: try! PlanID(generator.pick(["v100", "v100", "v100", "v100", "v100", "v100", "duo"])))
    }

    private mutating func gpus() -> GPUQuantity {
        GPUQuantity(thousandths: generator.pick([500, 1_000, 1_000, 8_000]))!
    }

    private mutating func limit() -> Int64? { generator.chance(oneIn: 3) ? Int64(1 + generator.below(100_000)) : nil }

    private mutating func length() -> Int64 {
        let seconds = generator.pick([generator.below(100), generator.below(4_000), generator.below(200_000)])
        return Int64(seconds) * 1_000_000_000 + generator.pick([0, 0, 1, Int64(generator.below(1_000_000_000))])
    }

    /// The same facts in another order.
    mutating func shuffled(_ facts: [UsageFact]) -> [UsageFact] { facts.shuffled(using: &generator) }

    mutating func silence() -> RunawaySilence { generator.pick([.none, .minutes(1), .minutes(60), .minutes(600)]) }

    mutating func below(_ count: Int) -> Int { generator.below(count) }
}
