import Store
import UsageLedger

extension Reconciliation.Finding {
    /// The restatement that would make the run what the list says, as the event that it would be, without its id, time
    /// and reason; `nil` where a restatement can't.
    public var proposal: JSONValue? {
        let restated = claim.restatement(for: differences)
        guard restated != Restatement() else { return nil }
        return .object([
            .init("type", .string(UsageEventType.restated.name)),
            .init("subject", .string(claim.run.task.text)),
            .init("data", .object([.init("attempt", .integer(claim.run.attempt))] + restated.members)),
        ])
    }
}
