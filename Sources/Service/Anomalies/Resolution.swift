import UsageLedger
import Units

/// What a person decides about a run.
public enum Resolution: Sendable {
    /// Not billable. Without ends: all of the run.
    case waive(from: Instant?, to: Instant?)
    /// What it really was; absent parts keep the feed's value.
    case restate(Restatement)
}

extension Resolution {
    /// The event's type and the part of its data that the decision makes.
    func content(of run: Run, now: Instant, silence: RunawaySilence) -> (type: UsageEventType, data: [JSONValue.Member])
    {
        switch self {
        case .waive(let from, let to):
            let whole = Self.whole(run, now: now, silence: silence)
            return (
                .waived,
                [
                    .init("from", .string((from ?? whole.from).canonicalText)),
                    .init("to", .string((to ?? whole.to).canonicalText)),
                ]
            )
        case .restate(let restatement): return (.restated, restatement.members)
        }
    }

    /// From just before the earliest to just after the latest instant of a run, so that it is waived whole (R13). An
    /// open run also up to the instant it is billed to, as far as that isn't ahead of our clock.
    private static func whole(_ run: Run, now: Instant, silence: RunawaySilence) -> TimeSpan {
        var last = run.lastInstant
        if run.isOpen, run.startedAt != nil { last = max(last, min(now, run.aliveUntil(silence) ?? now)) }
        return TimeSpan(
            from: Instant(nanoseconds: max(0, run.firstInstant.nanoseconds - 1)), to: last.advanced(byNanoseconds: 1))
    }
}

extension Restatement {
    /// What it says, as `data` of its event.
    public var members: [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if let startedAt { members.append(.init("started_at", .string(startedAt.canonicalText))) }
        if let stoppedAt { members.append(.init("stopped_at", .string(stoppedAt.canonicalText))) }
        if let account = identity.account { members.append(.init("account", .string(account.text))) }
        if let user = identity.user { members.append(.init("user", .string(user.text))) }
        if let plan = identity.plan { members.append(.init("plan", .string(plan.text))) }
        if let gpus { members.append(.init("gpus", .string(gpus.description))) }
        return members
    }

    public var isEmpty: Bool { self == Restatement() }
}
