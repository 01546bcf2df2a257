import Billing
import Store
import Units

extension LedgerService {
    /// What closing a month would do now. A draft at the end of the log is remembered, so that the next one can tell
    /// what has changed.
    public func draft(
        period: BillingPeriod, logCut: Int64? = nil, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> CloseDraft {
        let draft = try store.draft(period: period, logCut: logCut, now: environment.now(), progress: progress)
        let isClosed = try store.closings().contains { $0.period >= period }
        if logCut == nil, !isClosed { try store.remember(draft) }
        return draft
    }
}
