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
        var seen: Set<CoverageClass> = []
        for run in runs {
            let found = classOfRun(run)
            seen.insert(found)
            counts[found, default: 0] += Int64(run.eventCount)
        }
        if looseEventCount > 0 { counts[.neverStarted, default: 0] += Int64(looseEventCount) }
        let order: [CoverageClass] = [.anomaly, .billable, .accepted, .waived]
        if taskEventCount > 0 { counts[order.first(where: seen.contains) ?? .neverStarted, default: 0] += Int64(taskEventCount) }
        return counts
    }

    /// The classes as far as no cut, price or acceptance decides them.
    var storedCoverage: [CoverageClass: Int64] {
        coverage { run in
            if !run.anomalies.isEmpty { return .anomaly }
            // An open run's waiver depends on the cut.
            if !(run.isOpen && run.startedAt != nil), run.isWaivedWhole(eventCut: .endOfTime, silence: .none) { return .waived }
            return .billable
        }
    }
}
