import Store
import Synchronization
import UsageLedger
import Units

/// What the last comparison with the engines found.
public final class ReconciliationFigures: Sendable {
    public struct Figures: Sendable {
        public let at: Instant
        public let comparedRuns: Int
        /// Differences that nobody has accepted, by kind; every kind is there.
        public let differences: [(kind: RunDifference.Kind, count: Int)]
        /// Hosts without an answer, and containers that name no task.
        public let unused: Int
    }

    private let state = Mutex<Figures?>(nil)

    public init() {}

    /// `nil` before the first one.
    public var last: Figures? { state.withLock { $0 } }

    func note(_ compared: ListComparison, at now: Instant) {
        let open = compared.reconciliation.findings.filter { !$0.isAccepted }.flatMap(\.differences)
        let counts = RunDifference.Kind.allCases.map { kind in (kind, open.count { $0.kind == kind }) }
        state.withLock {
            $0 = Figures(
                at: now, comparedRuns: compared.reconciliation.comparedRuns, differences: counts,
                unused: compared.unusedRows)
        }
    }
}
