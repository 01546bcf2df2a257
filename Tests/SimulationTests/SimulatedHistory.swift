import Billing
import TestSupport
import Units
import UsageLedger

/// Some months of a small platform, the same for the same seed: its set-up, and events with the instant at which each
/// becomes known. Most runs are sound; the rest is late, told again, waived, open, doubled or wrong.
struct SimulatedHistory {
    static let months = ["2017-10", "2017-11", "2017-12"].map { try! BillingPeriod(text: $0) }

    let seed: UInt64
    var setUp: [SetUpChange] = []
    /// By the instant at which each becomes known.
    private(set) var events: [(known: Instant, event: DecodedEvent)] = []
    private var generator: SeededGenerator
    private var count = 0
    private var task = ""

    init(seed: UInt64, tasks: Int = 30) {
        self.seed = seed
        generator = SeededGenerator(seed: seed)
        setUp = SimulatedSetUp.changes(&generator)
        for number in 0..<tasks {
            task = "task-\(number)"
            tellTask()
        }
        // A stable order among those that become known at one instant.
        events = events.enumerated().sorted { ($0.element.known, $0.offset) < ($1.element.known, $1.offset) }.map(
            \.element)
    }

    /// Events known at an instant, in the order in which they became known.
    func known(by instant: Instant) -> [DecodedEvent] { events.filter { $0.known <= instant }.map(\.event) }

    /// Events that become known in (after, by].
    func known(after: Instant, by instant: Instant) -> [DecodedEvent] {
        events.filter { $0.known > after && $0.known <= instant }.map(\.event)
    }

    /// All of it, however late.
    var all: [DecodedEvent] { events.map(\.event) }

    /// Every month, closed one after the other; afterwards everything is known.
    static let end = months.last!.end.advanced(byNanoseconds: 200 * CivilDay.nanosecondsPerDay)

    // MARK: Tasks

    private mutating func tellTask() {
        let start = startInstant()
        let stop = start.advanced(byNanoseconds: length())
        let late = generator.chance(oneIn: 4) ? Int64(generator.below(70)) * CivilDay.nanosecondsPerDay : 0
        submit(start, late: late)
        emit("task.started", start, [("attempt", .integer(1))] + maybeGPUs(), late: late)
        if generator.chance(oneIn: 5) { emit("task.alive", start.advanced(byNanoseconds: length() / 2), late: late) }
        if generator.chance(oneIn: 10) { return }
        emit("task.stopped", stop, [("outcome", .string("done"))], late: late)
        if generator.chance(oneIn: 2) { tellMore(start, stop) }
    }

    private mutating func tellMore(_ start: Instant, _ stop: Instant) {
        let later = stop.advanced(byNanoseconds: Int64(generator.below(60)) * CivilDay.nanosecondsPerDay)
        let inside = start.advanced(byNanoseconds: (stop.nanoseconds - start.nanoseconds) / 2)
        switch generator.below(9) {
        case 0: emit("task.stopped", inside)
        case 1: emit("task.alive", stop.advanced(byNanoseconds: 5_000_000_000))
        case 2: emit("task.canceled", start)
        case 3: waive(from: start, to: generator.chance(oneIn: 2) ? stop : inside, at: later)
        case 4: restate(later, [("stopped_at", .string(stop.advanced(byNanoseconds: length()).canonicalText))])
        case 5: restate(later, [("plan", .string(generator.pick(["v100", "duo"])))])
        case 6: restate(later, [("account", .string(generator.pick(["acme", "beta", "nobody"])))])
        case 7: emit("task.started", inside, [("attempt", .integer(1))])
        default:
            let again = generator.chance(oneIn: 3) ? inside : stop
            emit("task.started", again, [("attempt", .integer(2))])
            emit("task.stopped", again.advanced(byNanoseconds: length()), [("attempt", .integer(2))])
        }
        // Some are made good later.
        if generator.chance(oneIn: 2) {
            restate(
                later.advanced(byNanoseconds: CivilDay.nanosecondsPerDay),
                [("started_at", .string(start.canonicalText)), ("stopped_at", .string(stop.canonicalText))])
        }
    }

    private mutating func submit(_ start: Instant, late: Int64) {
        var data: [(String, JSONValue)] = [
            ("account", .string(generator.pick(["acme", "acme", "beta", "gamma"]))),
            ("user", .string(generator.pick(["alice", "bob"]))),
            ("plan", .string(generator.pick(["v100", "v100", "duo"]))),
            ("name", .string("学習 \(count)")), ("tags", .array([.string("t\(generator.below(3))")])),
        ]
        if generator.chance(oneIn: 6) {
            data.append(("execution_time_limit_sec", .integer(Int64(60 + generator.below(90_000)))))
        }
        emit("task.submitted", start, data, late: late)
    }

    private mutating func waive(from: Instant, to: Instant, at time: Instant) {
        guard from < to else { return }
        emit(
            "usage.waived", time,
            [
                ("from", .string(from.canonicalText)), ("to", .string(to.canonicalText)), ("reason", .string("故障")),
            ])
    }

    private mutating func restate(_ time: Instant, _ data: [(String, JSONValue)]) {
        emit("usage.restated", time, data + [("reason", .string("as the node saw it")), ("who", .string("ops"))])
    }

    private mutating func emit(_ type: String, _ time: Instant, _ data: [(String, JSONValue)] = [], late: Int64 = 0) {
        count += 1
        let event = JSONValue.object([
            .init("id", .string("e\(count)")), .init("source", .string("/scheduler")), .init("type", .string(type)),
            .init("subject", .string(task)), .init("time", .string(time.canonicalText)),
            .init("data", .object(data.map { .init($0.0, $0.1) })),
        ])
        let decoded = EventScript.decode(event)
        events.append((max(time, decoded.latestInstant).advanced(byNanoseconds: late), decoded))
    }

    // MARK: Choices

    /// Anywhere in the months, often close to a midnight or a month's end.
    private mutating func startInstant() -> Instant {
        let first = Self.months[0].start, days = Self.months.last!.lastDay.number - Self.months[0].firstDay.number
        let day = first.advanced(byNanoseconds: Int64(generator.below(Int(days))) * CivilDay.nanosecondsPerDay)
        let odd = generator.pick([0, 0, Int64(generator.below(1_000_000_000))])
        switch generator.below(4) {
        case 0:
            return generator.pick(Self.months).end.advanced(
                byNanoseconds: -Int64(generator.below(7_200)) * 1_000_000_000 - odd)
        case 1: return day.advanced(byNanoseconds: -Int64(generator.below(120)) * 1_000_000_000 + odd)
        default: return day.advanced(byNanoseconds: Int64(generator.below(86_400)) * 1_000_000_000 + odd)
        }
    }

    private mutating func length() -> Int64 {
        let seconds = generator.pick([generator.below(90), generator.below(5_000), generator.below(200_000)])
        return Int64(seconds) * 1_000_000_000 + generator.pick([0, 0, Int64(generator.below(1_000_000_000))])
    }

    private mutating func maybeGPUs() -> [(String, JSONValue)] {
        generator.chance(oneIn: 3) ? [("gpus", .string(generator.pick(["0.5", "4", "0.125"])))] : []
    }
}

/// Prices that change, an account's own price, credits, and rules.
enum SimulatedSetUp {
    static func changes(_ generator: inout SeededGenerator) -> [SetUpChange] {
        var changes: [SetUpChange] = [
            .issuer(Issuer(name: "株式会社勘定", registrationNumber: "T7000012050002")),
            .rules(
                BillingRules(
                    version: BillingRules.currentVersion, invoiceMinimumYen: generator.pick([0, 1, 1, 300]),
                    graceHours: 72,
                    runawaySilence: generator.pick([.minutes(60), .none]))),
        ]
        for account in ["acme", "beta", "gamma"] {
            changes.append(.account(Account(id: try! AccountID(account), name: account)))
        }
        changes.append(.plan(plan("v100", gpus: "1", minimum: 60)))
        changes.append(.plan(plan("duo", gpus: "2", minimum: 1)))
        let change = day("2017-11-\(10 + generator.below(10))")
        changes.append(
            .price(row("v100", generator.pick(["0.016", "0.5", "1.3333"]), .gpu, "2017-10-01", to: change.previous)))
        changes.append(.price(row("v100", generator.pick(["0.02", "0.5", "0.7"]), .gpu, change.description)))
        changes.append(.price(row("duo", generator.pick(["0.05", "0.333333333"]), .plan, "2017-10-01")))
        changes.append(.price(row("v100", "0.011", .gpu, "2017-11-05", account: "beta")))
        for (account, yen) in [("acme", generator.pick([30, 3_000, 50_000])), ("beta", 200), ("acme", 70)] {
            let credit = Credit(
                position: 0, account: try! AccountID(account), yen: Yen(Int64(yen)), from: day("2017-10-01"),
                to: day(generator.pick(["2017-10-31", "2017-12-31"])),
                plans: generator.pick([[], [try! PlanID("v100")]]))
            changes.append(.credit(GrantedCredit(credit: credit, reason: "trial")))
        }
        return changes
    }

    static func day(_ text: String) -> CivilDay { try! CivilDay(text: text) }

    static func plan(_ id: String, gpus: String, minimum: Int64) -> Plan {
        Plan(
            id: try! PlanID(id), name: id.uppercased(), gpuModel: "V100", gpuCount: try! GPUQuantity(decimal: gpus),
            minimumExecutionSeconds: minimum)
    }

    static func row(
        _ plan: String, _ price: String, _ basis: PriceBasis, _ from: String, to: CivilDay? = nil,
        account: String? = nil,
        tax: TaxBasis = .inclusive
    ) -> PriceRow {
        PriceRow(
            position: 0, plan: try! PlanID(plan), account: account.map { try! AccountID($0) },
            price: try! UnitPrice(decimal: price), basis: basis, tax: tax, from: day(from), to: to)
    }
}
