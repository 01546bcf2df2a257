import Billing
import UsageLedger
import Units

extension LedgerStore {
    /// How far ahead of our clock an instant may be (§3).
    static let toleratedFutureNanoseconds: Int64 = 5 * 60 * 1_000_000_000

    /// Whether an event names an instant so far ahead of our clock that it is refused.
    public static func isInFuture(_ event: DecodedEvent, at now: Instant) -> Bool {
        event.latestInstant > now.advanced(byNanoseconds: toleratedFutureNanoseconds)
    }

    /// Records a batch of usage events: append and project, one transaction. Results in the order of the events.
    /// A repeat of the batch writes nothing and gives `duplicate` for each event that was recorded.
    /// - Parameter now: our clock; becomes `recorded_at`, unless the log is later already.
    public func record(_ events: [DecodedEvent], at now: Instant) throws -> [RecordResult] {
        try write { session in
            session.log.begin(at: now)
            var results: [RecordResult] = []
            results.reserveCapacity(events.count)
            var batch = TaskBatch(capacity: events.count)
            for index in events.indices { results.append(try record(events[index], now, session, &batch)) }
            for part in batch.parts {
                try session.projector.project(
                    task: part.task, name: events[part.first].task, newFacts: batch.facts(of: part, in: events),
                    positions: batch.positions(of: part), isNew: part.isNew)
            }
            try session.projector.flush()
            try session.log.end()
            try session.raiseAlerts(of: session.projector.touchedAccounts, at: now)
            return results
        }
    }

    private func record(
        _ event: DecodedEvent, _ now: Instant, _ session: WriterSession, _ batch: inout TaskBatch
    ) throws -> RecordResult {
        if Self.isInFuture(event, at: now) {
            batch.skip()
            return .refused(
                EventError(
                    .instantInFuture, field: "time",
                    "event '\(event.fact.key.id)' names \(event.latestInstant), more than 5 minutes ahead of "
                        + "our clock (\(now)); "
                        + "check the source's clock and send it again later"))
        }
        let (task, isNew) = try session.taskNumber(event.task)
        guard
            let position = try session.log.append(
                type: event.fact.type.rawValue, task: task, key: event.fact.key, occurredAt: event.fact.time,
                body: event.body,
                leafHash: event.leafHash, privateTexts: event.privateTexts)
        else {
            batch.skip()
            return try compare(event, session)
        }
        if isNew { try session.addTask(event.task) }
        batch.add(task, position, isNew: isNew)
        return .recorded(position: position)
    }

    /// The source and id are known: the same body, or another one.
    private func compare(_ event: DecodedEvent, _ session: WriterSession) throws -> RecordResult {
        guard let existing = try session.log.existing(event.fact.key) else {
            throw StoreError(.internal, "event '\(event.fact.key.id)' was neither appended nor found")
        }
        if existing.leafHash == event.leafHash { return .duplicate(position: existing.position) }
        let recorded = try session.log.body(at: existing.position)
        var sent = event.body
        if !event.privateTexts.isEmpty {
            let salts = try session.log.salts(at: existing.position)
            sent = EventDecoder().body(of: event, withSalts: salts)
            // A text that was erased can't be compared any more: its hash stands for it.
            for text in event.privateTexts where salts[text.field] == nil && sent.count == recorded.count {
                let digest = text.digestOffset..<text.digestOffset + 64
                sent.replaceSubrange(digest, with: recorded[digest])
            }
        }
        if sent == recorded { return .duplicate(position: existing.position) }
        return .conflict(
            position: existing.position, fields: EventComparison.differingFields(recordedBody: recorded, newBody: sent))
    }
}
