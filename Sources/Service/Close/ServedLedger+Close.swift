import Billing
import Store
import UsageLedger
import Units

/// How far a month is.
public enum ClosingState: Sendable {
    /// An issue runs or waits for its turn.
    case closing(RunningCloses.Progress)
    /// Issued; `tax` is the sum of its documents'.
    case closed(Closing, tax: Yen)
    /// Closed together with a later month, without documents of its own.
    case closedWith(Closing)
    /// What an issue would do now.
    case open(CloseDraft)
}

extension ServedLedger {
    /// How far a month is. While an issue runs nothing is calculated; an open month is drafted anew.
    public func closingState(of period: BillingPeriod) async throws -> ClosingState {
        if let progress = closes.progress(of: period) { return .closing(progress) }
        return try await reporters.read { try $0.closingState(of: period) }
    }

    /// Drafts a month and remembers the draft, so that the next one can tell what has changed. A closed month stays as
    /// it is.
    public func draft(period: BillingPeriod) async throws -> ClosingState {
        let state = try await reporters.read { try $0.closingState(of: period) }
        if case .open(let draft) = state { try await writer.perform { try $0.store.remember(draft) } }
        return state
    }

    /// Issues a month, once. Readings go on meanwhile, and `closingState` tells how far it is.
    /// Errors: those of `LedgerStore.issue`, and `overloaded`.
    public func issue(
        _ asked: IssueRequest, by author: Author, once request: RepeatableRequest?,
        answer: @escaping @Sendable (IssueOutcome, Yen) -> StoredAnswer
    ) async throws -> StoredAnswer {
        closes.note(asked.period, done: 0, total: 0)
        defer { closes.end(asked.period) }
        let closes = closes
        return try await writer.perform(once: request) { service in
            let outcome = try service.store.issue(asked, by: service.actor(author)) { done, total in
                closes.note(asked.period, done: done, total: total)
            }
            return answer(outcome, try service.store.tax(of: asked.period))
        }
    }
}

extension LedgerService {
    fileprivate func closingState(of period: BillingPeriod) throws -> ClosingState {
        if let closing = try store.closing(covering: period) {
            return closing.period == period
                ? .closed(closing, tax: try store.tax(of: period)) : .closedWith(closing)
        }
        return .open(try store.draft(period: period, now: environment.now()))
    }
}
