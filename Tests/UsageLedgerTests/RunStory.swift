import TestSupport
import Units
import UsageLedger

/// What the events of one task tell, in the shortest words: a table's right side.
enum RunStory {
    /// v100: one GPU, at least 60 s. duo: two GPUs, at least 1 s. free: one GPU, no minimum.
    static let plans = [("v100", "1", 60), ("duo", "2", 1), ("free", "1", 0)] as [(String, String, Int64)]
    static let accounts = ["acme", "beta"]
    /// The end of November 2017.
    static let monthEnd = EventScript.instant("12-01T00:00")

    static func history(_ facts: [UsageFact]) -> TaskHistory {
        TaskHistory(
            task: try! TaskID("t1"), facts: facts,
            planTerms: { id in
                plans.first { $0.0 == id.text }.map { plan in
                    PlanTerms(gpus: try! GPUQuantity(decimal: plan.1), minimumSeconds: plan.2)
                }
            },
            isRegistered: { accounts.contains($0.text) })
    }

    static func history(_ script: String) -> TaskHistory { history(EventScript(script).facts) }

    /// One entry for each run: `attempt [anomalies] day:seconds+shortfall …`, or `attempt waived`. Days are those of
    /// November unless they name their month.
    static func told(
        _ script: String, cut: Instant = monthEnd, silence: RunawaySilence = .minutes(60)
    ) -> String {
        told(history(script), cut: cut, silence: silence)
    }

    static func told(_ history: TaskHistory, cut: Instant, silence: RunawaySilence) -> String {
        history.runs.map { run in
            if run.isWaivedWhole(eventCut: cut, silence: silence) { return "\(run.attempt) waived" }
            let kinds = run.anomalyKinds(eventCut: cut, silence: silence).map(\.rawValue).joined(separator: ",")
            let slices = run.slices(eventCut: cut, silence: silence).map { slice in
                let (_, month, day) = slice.day.components
                let shortfall = slice.shortfallSeconds > 0 ? "+\(slice.shortfallSeconds)" : ""
                return " " + (month == 11 ? "\(day)" : "\(month)-\(day)") + ":\(slice.seconds)\(shortfall)"
            }
            return "\(run.attempt) [\(kinds)]" + slices.joined()
        }.joined(separator: "; ")
    }
}
