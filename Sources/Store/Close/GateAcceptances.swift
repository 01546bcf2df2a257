import Billing

/// What people have decided about gate items. An acceptance holds as long as the item's events are the same set (C14).
struct GateAcceptances {
    private let statements: StatementCache

    init(_ statements: StatementCache) { self.statements = statements }

    /// Item → fingerprint of the set of events for which it was accepted last.
    func fingerprints() throws -> [String: [UInt8]] {
        let rows = try statements("SELECT item, fingerprint FROM gate_acceptance ORDER BY position")
        var found: [String: [UInt8]] = [:]
        while try rows.step() { found[rows.text(0)] = rows.bytes(1) }
        return found
    }
}
