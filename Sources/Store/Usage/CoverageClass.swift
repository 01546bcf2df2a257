import UsageLedger
import Units

/// Every recorded usage event is exactly one of these (coverage identity, §4).
public enum CoverageClass: String, Hashable, Sendable, CaseIterable {
    case billable
    case anomaly
    /// Not billable: an anomaly that bills nothing, accepted by a person.
    case accepted
    /// Not billable: waived whole.
    case waived
    /// Not billable: no run came of it.
    case neverStarted = "never_started"
}

extension TaskHistory {
    /// Events by class (V1–V3), given what each run is.
    public func coverage(_ classOfRun: (Run) -> CoverageClass) -> [CoverageClass: Int64] {
        var counts: [CoverageClass: Int64] = [:]
        forEachClass(classOfRun) { counts[$0, default: 0] += $1 }
        return counts
    }

    /// The classes as far as no cut, price or acceptance decides them.
    var storedCoverage: [CoverageClass: Int64] {
        var counts: [CoverageClass: Int64] = [:]
        forEachStoredClass { counts[$0, default: 0] += $1 }
        return counts
    }

    func forEachStoredClass(_ body: (CoverageClass, Int64) -> Void) {
        forEachClass(
            { run in
                if !run.anomalies.isEmpty { return .anomaly }
                // An open run's waiver depends on the cut.
                if !(run.isOpen && run.startedAt != nil), run.isWaivedWhole(eventCut: .endOfTime, silence: .none) {
                    return .waived
                }
                return .billable
            }, body)
    }

    /// Gives events and their class, a class perhaps more than once.
    private func forEachClass(_ classOfRun: (Run) -> CoverageClass, _ body: (CoverageClass, Int64) -> Void) {
        var classOfTask: CoverageClass?
        for run in runs {
            let found = classOfRun(run)
            body(found, Int64(run.eventCount))
            if classOfTask.map({ found.taskOrder < $0.taskOrder }) ?? true { classOfTask = found }
        }
        if looseEventCount > 0 { body(.neverStarted, Int64(looseEventCount)) }
        if taskEventCount > 0 { body(classOfTask ?? .neverStarted, Int64(taskEventCount)) }
    }
}

/// Events by class, counted without a dictionary: an ingest counts every event.
struct CoverageCounts {
    private var counts = [Int64](repeating: 0, count: CoverageClass.allCases.count)

    subscript(_ coverageClass: CoverageClass) -> Int64 {
        get { counts[coverageClass.taskOrder] }
        set { counts[coverageClass.taskOrder] = newValue }
    }
}

extension CoverageClass {
    /// Events of the task as a whole are what the first of its runs' classes is. 0, 1, 2 …
    fileprivate var taskOrder: Int {
        switch self {
        case .anomaly: 0
        case .billable: 1
        case .accepted: 2
        case .waived: 3
        case .neverStarted: 4
        }
    }
}
