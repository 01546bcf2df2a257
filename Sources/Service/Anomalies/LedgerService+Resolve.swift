import Billing
import Store
import UsageLedger
import Units

/// What a resolution has recorded.
public struct RecordedResolution: Sendable {
    public let position: Int64
    public let type: UsageEventType
    /// Anomalies that the run bears now.
    public let remaining: [AnomalyKind]
}

extension LedgerService {
    /// Records a person's decision about a run as a `usage.waived` or `usage.restated` event, by the same way as a
    /// feed's events.
    /// Errors, in order: `invalid_request`, `not_found`, `unknown_reference` for an account or plan that isn't set up,
    /// those of `EventDecoder`.
    public func resolve(task: TaskID, attempt: Int64, as resolution: Resolution, by author: Author) throws
        -> RecordedResolution
    {
        guard let reason = author.reason, !reason.isEmpty else {
            throw ServiceError(.invalidRequest, "say why with --reason; it is kept with the decision")
        }
        if case .restate(let restatement) = resolution, restatement.isEmpty {
            throw ServiceError(
                .invalidRequest, "say what the run really was: give at least one of its values to restate")
        }
        let run = try store.run(task: task, attempt: attempt)
        let setUp = try store.setUp(), silence = setUp.rules.runawaySilence
        if case .restate(let restatement) = resolution { try check(restatement.identity, setUp) }
        let now = environment.now()
        let (type, data) = resolution.content(of: run, now: now, silence: silence)
        let event = JSONValue.object([
            .init("specversion", .string("1.0")), .init("source", .string(Actor.source)),
            .init("id", .string(environment.makeID())),
            .init("type", .string(type.name)), .init("subject", .string(task.text)),
            .init("time", .string(now.canonicalText)),
            .init(
                "data",
                .object(
                    [
                        .init("attempt", .integer(attempt)), .init("who", .string(author.who)),
                        .init("reason", .string(reason)),
                    ] + data)),
        ])
        let decoded = try EventDecoder().decode(event.canonicalBytes, makeSalt: environment.makeSalt).get()
        switch try store.record([decoded], at: now)[0] {
        case .recorded(let position), .duplicate(let position):
            let remaining = try store.run(task: task, attempt: attempt).anomalyKinds(eventCut: now, silence: silence)
            return RecordedResolution(position: position, type: type, remaining: remaining)
        case .refused(let error): throw error
        case .conflict: throw StoreError(.internal, "a fresh id '\(event["id"]?.string ?? "")' is taken")
        }
    }

    /// A restated run can be billed to whoever is registered, for what is set up.
    private func check(_ identity: NamedIdentity, _ setUp: SetUp) throws {
        var issues: [ServiceError.Issue] = []
        func note(_ field: String, _ message: String) {
            issues.append(
                .init(field: field, code: ServiceError.Code.unknownReference.rawValue, message: message))
        }
        if let account = identity.account, setUp.accounts[account] == nil {
            note("account", "there is no account '\(account)'; register it first, or restate another")
        }
        if let plan = identity.plan, setUp.plans[plan] == nil {
            note("plan", "there is no plan '\(plan)'; set it up first, or restate another")
        }
        guard issues.isEmpty else { throw ServiceError(.unknownReference, issues: issues) }
    }
}
