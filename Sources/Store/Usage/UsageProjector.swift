import Billing
import UsageLedger
import Units

/// Keeps runs, sums and coverage in step with the log, inside the transaction of the events. A task's rows are always a
/// function of the whole set of its events, so the order in which they come doesn't matter.
final class UsageProjector {
    private struct KnownTask {
        var facts: [UsageFact]
        /// Of the facts, in the same order.
        var positions: [Int64]
        /// Whether one of them submitted it: then it has a row of its own.
        var isSubmitted: Bool
        /// `nil` before the first event.
        var history: TaskHistory?
        /// Of the last run that was written.
        var numbers: RunNumbers?
    }

    private let statements: StatementCache
    private let keys: Keys
    private let runRows: RunRows
    private let history: TaskEvents
    let taskRows: TaskRows
    private var cells: UsageCells
    private var coverage = CoverageCounts()
    /// Tasks whose events are in memory: mostly those still running.
    private var known: [Int64: KnownTask] = [:]
    private var rowOfDay: [UsageCells.DayKey: Int64] = [:]
    private var setUp: SetUp { didSet { planTerms = setUp.plans.mapValues(\.terms) } }
    private var planTerms: [PlanID: PlanTerms]
    /// The last closed month; the session sets it.
    var closedThrough: BillingPeriod?
    /// (account, month) in which an open run has changed.
    private var openMonths: Set<[Int64]> = []
    /// Accounts whose sums the last batch has changed.
    private(set) var touchedAccounts: Set<Int64> = []
    private let capacity = 60_000

    init(_ statements: StatementCache, _ keys: Keys, setUp: SetUp) throws {
        self.statements = statements
        self.keys = keys
        self.setUp = setUp
        planTerms = setUp.plans.mapValues(\.terms)
        runRows = try RunRows(statements, keys)
        history = try TaskEvents(statements)
        cells = UsageCells(statements)
        taskRows = TaskRows(statements, keys)
    }

    /// The set-up has changed: what depends on it is read anew.
    func use(_ setUp: SetUp) {
        self.setUp = setUp
        rowOfDay.removeAll(keepingCapacity: true)
        known.removeAll(keepingCapacity: true)
    }

    /// Takes the new events of one task.
    /// - Parameters:
    ///   - positions: of the new events, in the same order.
    ///   - isNew: no event of the task was recorded before.
    func project(task: Int64, name: TaskID, newFacts: [UsageFact], positions: [Int64], isNew: Bool) throws {
        // Taken out, so that its facts are added to in place.
        var entry =
            try isNew
            ? KnownTask(facts: [], positions: [], isSubmitted: false)
            : known.removeValue(forKey: task) ?? recorded(task, name, before: positions)
        entry.facts += newFacts
        entry.positions += positions
        entry.isSubmitted = entry.isSubmitted || newFacts.contains(where: \.isSubmission)
        // Of a run that is known already, a sign of life changes nothing that the task's row holds.
        if entry.isSubmitted,
            newFacts.contains(where: { fact in
                fact.type != .alive || entry.history?.runs.contains { $0.attempt == fact.attempt } != true
            })
        {
            try taskRows.project(task: task, entry.facts, positions: entry.positions, isNew: isNew)
        }
        let new = assemble(name, entry.facts)
        try replace(task: task, old: entry.history, new: new, &entry.numbers)
        // A task that has ended seldom hears more.
        guard new.runs.isEmpty || new.runs.contains(where: \.isOpen) else { return }
        entry.history = new
        if known.count >= capacity { known.removeAll(keepingCapacity: true) }
        known[task] = entry
    }

    /// The task before its new events: these are in the log already, and what is left when they are taken away was
    /// there before.
    private func recorded(_ task: Int64, _ name: TaskID, before positions: [Int64]) throws -> KnownTask {
        let added = Set(positions)
        let recorded = try history.recorded(of: task).filter { !added.contains($0.position) }
        let facts = recorded.map(\.fact)
        return KnownTask(
            facts: facts, positions: recorded.map(\.position), isSubmitted: facts.contains(where: \.isSubmission),
            history: facts.isEmpty ? nil : assemble(name, facts))
    }

    /// Projects a task from nothing but its events, as `rebuild` does.
    func projectAnew(_ recorded: RecordedTask) throws {
        var numbers: RunNumbers?
        try replace(task: recorded.task, old: nil, new: recorded.history, &numbers)
        let facts = recorded.events.map(\.fact)
        guard facts.contains(where: \.isSubmission) else { return }
        try taskRows.project(task: recorded.task, facts, positions: recorded.positions, isNew: true)
    }

    /// Judges a task again after the set-up has changed.
    func projectAgain(task: Int64, name: TaskID, before: SetUp) throws {
        let facts = try history.facts(of: task)
        let now = setUp
        setUp = before
        let old = assemble(name, facts)
        setUp = now
        var numbers: RunNumbers?
        try replace(task: task, old: old, new: assemble(name, facts), &numbers)
        known[task] = nil
    }

    private func assemble(_ name: TaskID, _ facts: [UsageFact]) -> TaskHistory {
        TaskHistory(
            task: name, facts: facts, planTerms: { planTerms[$0] },
            isRegistered: { setUp.accounts.keys.contains($0) })
    }

    /// - Parameter numbers: of a run of the task, if any is known; afterwards of the last one written.
    private func replace(
        task: Int64, old: TaskHistory?, new: TaskHistory, _ numbers: inout RunNumbers?
    ) throws {
        for run in new.runs {
            let before = old?.runs.first { $0.attempt == run.attempt }
            guard before != run else { continue }
            var oldNumbers: RunNumbers?
            if let before {
                oldNumbers = try runRows.numbers(of: before, known: numbers)
                addCells(before, oldNumbers!, negative: true)
                noteOpenMonths(of: before, oldNumbers!)
            }
            let newNumbers = try runRows.numbers(of: run, known: oldNumbers ?? numbers)
            addCells(run, newNumbers, negative: false)
            noteOpenMonths(of: run, newNumbers)
            try runRows.write(task: task, run, newNumbers, before: before.map { ($0, oldNumbers!) })
            numbers = newNumbers
        }
        old?.forEachStoredClass { coverage[$0] -= $1 }
        new.forEachStoredClass { coverage[$0] += $1 }
    }

    /// What an open run bills is in no sum, so a change of it marks every month that it may have been billed in.
    private func noteOpenMonths(of run: Run, _ numbers: RunNumbers) {
        guard run.isOpen, let closedThrough, numbers.account != 0, let startedAt = run.startedAt else { return }
        var month = CivilDay(startedAt).period
        while month <= closedThrough {
            openMonths.insert([numbers.account, Int64(month.monthNumber)])
            month = month.next
        }
    }

    private func addCells(_ run: Run, _ numbers: RunNumbers, negative: Bool) {
        guard numbers.account != 0, let plan = numbers.plan else { return }
        cells.add(run, account: numbers.account, plan: plan, negative: negative)
    }

    /// Writes the collected sums. Months at or before the last closed one that have changed are marked as unsettled.
    func flush() throws {
        let touched = try cells.flush(priceRow: priceRow).union(openMonths)
        openMonths.removeAll(keepingCapacity: true)
        touchedAccounts = Set(touched.lazy.map { $0[0] })
        if let closedThrough {
            let mark = try statements("INSERT OR IGNORE INTO unsettled_month VALUES (?1, ?2)")
            for pair in touched where pair[1] <= Int64(closedThrough.monthNumber) {
                mark.bind(1, pair[0])
                mark.bind(2, pair[1])
                try mark.run()
            }
        }
        let count = try statements(
            "INSERT INTO coverage VALUES (?1, ?2) ON CONFLICT DO UPDATE SET events = events + ?2")
        var hasLess = false
        for coverageClass in CoverageClass.allCases where coverage[coverageClass] != 0 {
            count.bind(1, coverageClass.rawValue)
            count.bind(2, coverage[coverageClass])
            try count.run()
            hasLess = hasLess || coverage[coverageClass] < 0
        }
        if hasLess { try statements("DELETE FROM coverage WHERE events = 0").run() }
        coverage = CoverageCounts()
        try taskRows.flush()
    }

    private func priceRow(_ key: UsageCells.DayKey) throws -> Int64 {
        if let known = rowOfDay[key] { return known }
        let lookup = setUp.prices.lookup(
            account: try keys.accounts.name(of: key.account), plan: try keys.plans.name(of: key.plan), day: key.day)
        let row: Int64 = if case .row(let found) = lookup { found.position } else { 0 }
        if rowOfDay.count >= 500_000 { rowOfDay.removeAll(keepingCapacity: true) }
        rowOfDay[key] = row
        return row
    }

    /// Sums the months of a plan (or all) again from their days, after the price book has changed.
    func reprice(plan: Int64?) throws -> Set<[Int64]> {
        try MonthSums(statements).rebuild(plan: plan) {
            try priceRow(UsageCells.DayKey(account: $0, day: $1, plan: $2))
        }
    }
}

extension UsageFact {
    /// Whether a user asked for the task with this.
    fileprivate var isSubmission: Bool { type == .submitted }
}
