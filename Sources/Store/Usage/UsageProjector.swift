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
    }

    private let statements: StatementCache
    private let keys: Keys
    private let runRows: RunRows
    private let history: TaskEvents
    let taskRows: TaskRows
    private var cells: UsageCells
    private var coverage: [CoverageClass: Int64] = [:]
    /// Tasks whose events are in memory: mostly those still running.
    private var known: [Int64: KnownTask] = [:]
    private var rowOfDay: [UsageCells.DayKey: Int64] = [:]
    private var setUp: SetUp
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
        var entry: KnownTask
        if let inMemory = known[task] {
            entry = inMemory
        } else {
            // The new events are in the log already: what is left when they are taken away was there before.
            var recorded: [(position: Int64, fact: UsageFact)] = []
            if !isNew {
                let added = Set(positions)
                recorded = try history.recorded(of: task).filter { !added.contains($0.position) }
            }
            let facts = recorded.map(\.fact)
            entry = KnownTask(
                facts: facts, positions: recorded.map(\.position), isSubmitted: facts.contains(where: \.isSubmission),
                history: facts.isEmpty ? nil : assemble(name, facts))
        }
        entry.facts += newFacts
        entry.positions += positions
        entry.isSubmitted = entry.isSubmitted || newFacts.contains(where: \.isSubmission)
        // Of a run that is known already, a sign of life changes nothing that the task's row holds.
        let runs = entry.history?.runs ?? []
        if entry.isSubmitted,
            newFacts.contains(where: { fact in
                fact.type != .alive || !runs.contains { $0.attempt == fact.attempt }
            })
        {
            try taskRows.project(task: task, entry.facts, positions: entry.positions, isNew: isNew)
        }
        let new = assemble(name, entry.facts)
        try replace(task: task, old: entry.history, new: new)
        entry.history = new
        remember(task, entry, new)
    }

    /// Projects a task from nothing but its events, as `rebuild` does.
    func projectAnew(_ recorded: RecordedTask) throws {
        try replace(task: recorded.task, old: nil, new: recorded.history)
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
        try replace(task: task, old: old, new: assemble(name, facts))
        known[task] = nil
    }

    private func assemble(_ name: TaskID, _ facts: [UsageFact]) -> TaskHistory {
        TaskHistory(
            task: name, facts: facts, planTerms: { setUp.plans[$0]?.terms },
            isRegistered: { setUp.accounts.keys.contains($0) })
    }

    private func replace(task: Int64, old: TaskHistory?, new: TaskHistory) throws {
        for run in new.runs {
            let before = old?.runs.first { $0.attempt == run.attempt }
            guard before != run else { continue }
            if let before {
                try addCells(before, negative: true)
                try noteOpenMonths(of: before)
            }
            try addCells(run, negative: false)
            try noteOpenMonths(of: run)
            try runRows.write(task: task, run, before: before)
        }
        old?.forEachStoredClass { coverage[$0, default: 0] -= $1 }
        new.forEachStoredClass { coverage[$0, default: 0] += $1 }
    }

    /// What an open run bills is in no sum, so a change of it marks every month that it may have been billed in.
    private func noteOpenMonths(of run: Run) throws {
        guard run.isOpen, let closedThrough, let account = run.account, let startedAt = run.startedAt else { return }
        let number = Int64(try keys.accounts.numberAddingIfNeeded(of: account))
        var month = CivilDay(startedAt).period
        while month <= closedThrough {
            openMonths.insert([number, Int64(month.monthNumber)])
            month = month.next
        }
    }

    private func addCells(_ run: Run, negative: Bool) throws {
        guard run.canBill, !run.isOpen, let account = run.account, let plan = run.plan else { return }
        cells.add(
            run, account: try keys.accounts.numberAddingIfNeeded(of: account),
            plan: try keys.plans.numberAddingIfNeeded(of: plan),
            negative: negative)
    }

    private func remember(_ task: Int64, _ entry: KnownTask, _ history: TaskHistory) {
        // A task that has ended seldom hears more.
        if history.runs.contains(where: \.isOpen) || history.runs.isEmpty {
            if known.count >= capacity { known.removeAll(keepingCapacity: true) }
            known[task] = entry
        } else {
            known[task] = nil
        }
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
        for (coverageClass, events) in coverage where events != 0 {
            count.bind(1, coverageClass.rawValue)
            count.bind(2, events)
            try count.run()
        }
        if coverage.values.contains(where: { $0 < 0 }) { try statements("DELETE FROM coverage WHERE events = 0").run() }
        coverage.removeAll(keepingCapacity: true)
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
