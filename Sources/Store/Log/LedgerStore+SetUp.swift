import Billing
import UsageLedger
import Units

/// Who does something, when, and with what fresh ids and salts: everything that the core may not make itself.
public struct Actor {
    public let who: String
    public let reason: String?
    public let now: Instant
    let makeID: () -> String
    let makeSalt: () -> Salt

    public init(
        who: String, reason: String? = nil, now: Instant, makeID: @escaping () -> String, makeSalt: @escaping () -> Salt
    ) {
        self.who = who
        self.reason = reason
        self.now = now
        self.makeID = makeID
        self.makeSalt = makeSalt
    }

    /// The source of our own events.
    public static let source = "kanjo"
}

extension LedgerStore {
    /// Records set-up changes and brings all that depends on them in step: one transaction. Whether a change is legal
    /// is decided before, by `plannedChanges`. Returns the positions. O(changes), and O(log) when the terms of a plan
    /// with runs change.
    @discardableResult
    public func record(_ changes: [SetUpChange], by actor: Actor) throws -> [Int64] {
        try write { try $0.record(changes, by: actor) }
    }
}

extension WriterSession {
    /// Appends the changes and projects them and all that depends on them.
    @discardableResult
    func record(_ changes: [SetUpChange], by actor: Actor) throws -> [Int64] {
        guard !changes.isEmpty else { return [] }
        let before = setUp
        log.begin(at: actor.now)
        let writer = SetUpWriter(statements, keys)
        var positions: [Int64] = []
        for change in changes {
            let position = try append(change.event(who: actor.who, reason: actor.reason), by: actor)
            try writer.write(change, position: position)
            positions.append(position)
        }
        try reloadSetUp()
        try reproject(after: changes, before: before)
        try log.end()
        let protections = try protections(of: Set(changes.compactMap(\.repricedPlan)))
        if !protections.isEmpty {
            let words = "keeps reserved tasks at the price at which they were reserved"
            try record(
                protections,
                by: Actor(
                    who: actor.who, reason: words, now: actor.now, makeID: actor.makeID, makeSalt: actor.makeSalt))
        }
        return positions
    }

    /// Appends one event of our own streams.
    func append(_ draft: LedgerEventDraft, by actor: Actor) throws -> Int64 {
        let key = EventKey(source: Actor.source, id: actor.makeID())
        let (body, leafHash, texts) = draft.body(key: key, time: actor.now, makeSalt: actor.makeSalt)
        guard
            let position = try log.append(
                type: draft.type.rawValue, task: nil, key: key, occurredAt: actor.now, body: body, leafHash: leafHash,
                privateTexts: texts)
        else { throw StoreError(.internal, "id '\(key.id)' of our own event is taken") }
        return position
    }

    /// Judges tasks again whose account or plan has become known, or whose plan has changed, and prices months again.
    func reproject(after changes: [SetUpChange], before: SetUp) throws {
        var repricedPlans: Set<PlanID> = []
        var changedPlans: Set<PlanID> = []
        var somethingIsKnown = false
        for change in changes {
            switch change {
            case .account(let account): somethingIsKnown = somethingIsKnown || before.accounts[account.id] == nil
            case .plan(let plan):
                if let old = before.plans[plan.id] {
                    if old.terms != plan.terms { changedPlans.insert(plan.id) }
                } else {
                    somethingIsKnown = true
                }
            case .price(let row): repricedPlans.insert(row.plan)
            case .priceEnd(_, let plan, _), .priceWithdrawal(_, let plan): repricedPlans.insert(plan)
            case .issuer, .user, .credit, .rules: break
            }
        }
        var tasks: Set<Int64> = []
        if somethingIsKnown { tasks.formUnion(try tasksWithAnomaly([.unknownAccount, .unknownPlan])) }
        for plan in changedPlans { tasks.formUnion(try tasksOf(plan: plan)) }
        let events = try TaskEvents(statements)
        for task in tasks.sorted() {
            try projector.projectAgain(task: task, name: try events.taskName(task), before: before)
        }
        try projector.flush()
        for plan in repricedPlans {
            guard let number = try keys.plans.number(of: plan) else { continue }
            try markUnsettled(try projector.reprice(plan: number).union(try monthsOfOpenRuns(plan: number)))
        }
    }

    private func markUnsettled(_ pairs: Set<[Int64]>) throws {
        guard let closedThrough else { return }
        let mark = try statements("INSERT OR IGNORE INTO unsettled_month VALUES (?1, ?2)")
        for pair in pairs where pair[1] <= Int64(closedThrough.monthNumber) {
            mark.bind(1, pair[0])
            mark.bind(2, pair[1])
            try mark.run()
        }
    }

    /// Closed months in which an open run of the plan may be billed; such runs are in no sum.
    private func monthsOfOpenRuns(plan: Int64) throws -> Set<[Int64]> {
        guard let closedThrough else { return [] }
        let row = try statements(
            "SELECT account, started_at FROM open_run WHERE plan = ?1 AND account <> 0 AND started_at IS NOT NULL"
        )
        row.bind(1, plan)
        var months: Set<[Int64]> = []
        while try row.step() {
            var month = CivilDay(Instant(nanoseconds: row.integer(1))).period
            while month <= closedThrough {
                months.insert([row.integer(0), Int64(month.monthNumber)])
                month = month.next
            }
        }
        return months
    }

    private func tasksWithAnomaly(_ set: AnomalySet) throws -> Set<Int64> {
        // A run that is waived whole bears no anomaly, but its row names what the plan says.
        let row = try statements(
            """
            SELECT task FROM open_run WHERE anomalies <> 0 AND anomalies & ?1 <> 0
            UNION SELECT task FROM stopped_run WHERE anomalies <> 0 AND anomalies & ?1 <> 0
            UNION SELECT task FROM open_run WHERE waived IS NOT NULL
            UNION SELECT task FROM stopped_run WHERE waived IS NOT NULL
            """)
        row.bind(1, Int64(set.rawValue))
        var tasks: Set<Int64> = []
        while try row.step() { tasks.insert(row.integer(0)) }
        return tasks
    }

    private func tasksOf(plan: PlanID) throws -> Set<Int64> {
        guard let number = try keys.plans.number(of: plan) else { return [] }
        let row = try statements("SELECT DISTINCT task FROM run WHERE plan = ?1")
        row.bind(1, number)
        var tasks: Set<Int64> = []
        while try row.step() { tasks.insert(row.integer(0)) }
        return tasks
    }
}

extension SetUpChange {
    /// The plan whose use may have another price now.
    fileprivate var repricedPlan: PlanID? {
        switch self {
        case .price(let row): row.plan
        case .priceEnd(_, let plan, _), .priceWithdrawal(_, let plan): plan
        case .issuer, .account, .user, .plan, .credit, .rules: nil
        }
    }
}
