import Units

/// One thing in which a run of the log isn't what the scheduler's list says.
public struct RunDifference: Hashable, Sendable {
    /// The raw value is the stable name.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The log knows no start of it.
        case missedStart = "missed_start"
        case missedStop = "missed_stop"
        case otherStart = "other_start"
        case otherStop = "other_stop"
        /// The log knows two starts, one of them the list's.
        case secondStart = "second_start"
        /// The log knows two stops, or a sign of life behind the stop.
        case secondStop = "second_stop"
        /// The log knows a stop at a time at which the list says that it ran.
        case earlyStop = "early_stop"
        /// The log says that the task ended before any container ran.
        case canceled
        case otherAccount = "other_account"
        case otherUser = "other_user"
        case otherPlan = "other_plan"
        case otherGPUs = "other_gpus"
        /// The log has a run that the list doesn't have.
        case notListed = "not_listed"
        /// An engine has a container of ours for a task that the log doesn't know.
        case unknownContainer = "unknown_container"
    }

    public let kind: Kind
    /// What the list says and what the log says, for people.
    public let listed: String
    public let recorded: String

    /// What a person does about it.
    public var remedy: String {
        switch kind {
        case .missedStart: "ingest the scheduler's row, or restate started_at"
        case .missedStop: "ingest the scheduler's row, or restate stopped_at"
        case .otherStart, .canceled: "restate started_at if the list is right"
        case .secondStart: "restate started_at and gpus if the list is right; remove a second container"
        case .otherStop, .secondStop: "restate stopped_at if the list is right"
        case .earlyStop: "bring a later list, which has its stop"
        case .otherAccount: "restate account if the list is right"
        case .otherUser: "restate user if the list is right"
        case .otherPlan: "restate plan if the list is right"
        case .otherGPUs: "restate gpus if the list is right"
        case .unknownContainer: "find out who started it, then stop and remove the container"
        case .notListed: "waive the run if it never ran, or bring a list that has it"
        }
    }
}

extension SchedulerClaim {
    /// Everything in which the run differs from what the list says; empty when they agree, and for a run that is
    /// waived whole.
    /// - Parameters:
    ///   - known: the run as the log tells it; `nil` when it tells none.
    ///   - isTaskKnown: the log has events of the task.
    ///   - eventCut: until when an open run has to be waived to count as waived whole, with the silence.
    public func differences(
        with known: Run?, isTaskKnown: Bool = true, eventCut: Instant, silence: RunawaySilence
    ) -> [RunDifference] {
        if let known, known.isWaivedWhole(eventCut: eventCut, silence: silence) { return [] }
        var found: [RunDifference] = []
        func add(_ kind: RunDifference.Kind, _ listed: String, _ recorded: String?) {
            found.append(RunDifference(kind: kind, listed: listed, recorded: recorded ?? "nothing"))
        }
        if case .absent = course {
            if let known { add(.notListed, "nothing", (known.startedAt ?? known.firstInstant).description) }
            return found
        }
        guard let known, let recorded = known.startedAt else {
            let isUnknown = container != nil && !isTaskKnown
            add(isUnknown ? .unknownContainer : .missedStart, container.map { "\(start) (\($0))" } ?? "\(start)", nil)
            return found
        }
        if recorded != start {
            add(.otherStart, start.description, recorded.description)
        } else if !otherStarts.isEmpty {
            add(.secondStart, ([start] + otherStarts).map(\.description).joined(separator: ", "), recorded.description)
        } else if known.anomalies.contains(.startConflict) {
            add(.secondStart, start.description, "two starts")
        }
        if known.anomalies.contains(.cancelConflict) { add(.canceled, start.description, "canceled") }
        compareStop(known, add)
        if let account = identity.account, known.account != account {
            add(.otherAccount, account.text, known.account?.text)
        }
        if let user = identity.user, known.user != user {
            add(.otherUser, user.text, known.user == .unnamed ? nil : known.user.text)
        }
        if let plan = identity.plan, known.plan != plan { add(.otherPlan, plan.text, known.plan?.text) }
        if let gpus, known.gpus != gpus { add(.otherGPUs, gpus.description, known.gpus?.description) }
        return found
    }

    private func compareStop(_ known: Run, _ add: (RunDifference.Kind, String, String?) -> Void) {
        switch course {
        case .absent: break
        case .running(_, let at):
            if let stop = known.stoppedAt, stop < at { add(.earlyStop, "running at \(at)", stop.description) }
        case .stopped(_, let stop):
            guard let recorded = known.stoppedAt else { return add(.missedStop, stop.description, nil) }
            if recorded != stop {
                add(.otherStop, stop.description, recorded.description)
            } else if !known.anomalies.isDisjoint(with: [.stopConflict, .aliveAfterStop]) {
                let second = known.anomalies.contains(.stopConflict) ? "two stops" : "a sign of life behind it"
                add(.secondStop, stop.description, second)
            }
        }
    }

    /// What a `usage.restated` would have to say to make the run what the list says; empty when none can.
    public func restatement(for differences: [RunDifference]) -> Restatement {
        var restated = Restatement()
        for difference in differences {
            switch difference.kind {
            case .missedStart:
                restated = Restatement(startedAt: start, stoppedAt: stop, identity: identity, gpus: gpus)
            case .otherStart, .canceled: restated.startedAt = start
            case .secondStart:
                restated.startedAt = start
                restated.gpus = gpus
            case .missedStop, .otherStop, .secondStop: restated.stoppedAt = stop
            case .otherAccount: restated.identity.account = identity.account
            case .otherUser: restated.identity.user = identity.user
            case .otherPlan: restated.identity.plan = identity.plan
            case .otherGPUs: restated.gpus = gpus
            case .earlyStop, .notListed, .unknownContainer: break
            }
        }
        return restated
    }

    private var stop: Instant? {
        if case .stopped(_, let stop) = course { stop } else { nil }
    }
}
