import UsageLedger
import Units

/// Bodies against their hashes, positions, the root, and the columns and side rows that hang on a body.
struct LogCheck {
    private let statements: StatementCache
    private let progress: (Int64, Int64) -> Void

    init(_ statements: StatementCache, progress: @escaping (Int64, Int64) -> Void) {
        self.statements = statements
        self.progress = progress
    }

    func run(columns: Bool = true) throws -> (size: Int64, root: [UInt8], checks: [VerificationReport.Check]) {
        var frontier = MerkleFrontier()
        let fault = try bodyFault(&frontier)
        let size = frontier.size
        var checks = [VerificationReport.Check(name: "bodies and leaf hashes", scope: "\(size) events", fault: fault)]
        checks.append(
            .init(name: "Merkle root", scope: "tree of \(size)", fault: fault == nil ? try rootFault(frontier) : nil))
        if columns, fault == nil {
            checks.append(.init(name: "columns against bodies", scope: "\(size) events", fault: try columnFault()))
            let (count, textFault) = try privateTextFault()
            checks.append(.init(name: "private texts against hashes", scope: "\(count) texts", fault: textFault))
        }
        return (size, frontier.root, checks)
    }

    private func bodyFault(_ frontier: inout MerkleFrontier) throws -> String? {
        let rows = try RawStatementScan(
            statements, "SELECT position, leaf_hash, body, recorded_at FROM event ORDER BY position")
        let expected = try statements("SELECT coalesce(max(position), 0) FROM event")
        _ = try expected.step()
        let total = expected.integer(0)
        expected.reset()
        var recordedAt = Int64.min
        while let row = try rows.next() {
            let position = row.integer(0)
            guard position == frontier.size + 1 else {
                return "the event at position \(frontier.size + 1) is missing; the next one is at \(position)"
            }
            let leafHash = row.withBytes(2) { MerkleTree.leafHash(of: $0) }
            guard row.withBytes(1, { leafHash.withUnsafeBytes(UnsafeRawBufferPointer($0).elementsEqual) }) else {
                return "the body at position \(position) doesn't have the leaf hash beside it: one of them was changed"
            }
            guard row.integer(3) >= recordedAt else {
                return "recorded_at at position \(position) is before that of the event before it"
            }
            recordedAt = row.integer(3)
            frontier.append(leafHash: leafHash)
            if position & 0xFFFF == 0 { progress(position, total) }
        }
        progress(frontier.size, total)
        return nil
    }

    private func rootFault(_ frontier: MerkleFrontier) throws -> String? {
        let head = try LogHead.read(statements)
        if head.size != frontier.size { return "the head names \(head.size) events, the log has \(frontier.size)" }
        return head.root == frontier.root
            ? nil : "the root over all leaf hashes isn't the one in the head: an event was replaced"
    }

    /// The columns that queries use aren't hashed, so each is compared with the body.
    private func columnFault() throws -> String? {
        let rows = try RawStatementScan(
            statements,
            """
            SELECT e.position, e.type, e.occurred_at, s.name, e.id, t.name, e.body FROM event e
            JOIN event_source s USING (source) LEFT JOIN task t ON t.task = e.task ORDER BY e.position
            """)
        var count: Int64 = 0
        while let row = try rows.next() {
            count += 1
            let position = row.integer(0)
            guard let found = Self.envelope(row) else { return "the body at position \(position) can't be read" }
            let same =
                found.type == row.integer(1) && found.time.nanoseconds == row.integer(2)
                && found.key.source == row.text(3)
                && found.key.id == row.text(4) && found.task == row.optionalText(5)
            if !same {
                return "type, time, source, id or task beside the body at position \(position) isn't what the body says"
            }
        }
        let size = try LogHead.read(statements).size
        return count == size ? nil : "\(size - count) events name a source that is missing"
    }

    private static func envelope(_ row: RawStatement) -> (type: Int64, time: Instant, key: EventKey, task: String?)? {
        if UsageEventType(rawValue: Int(row.integer(1))) != nil {
            guard let found = try? row.withBytes(6, { try EventDecoder.fact(ofRecordedBody: $0) }) else { return nil }
            return (Int64(found.fact.type.rawValue), found.fact.time, found.fact.key, found.task.text)
        }
        guard let body = try? JSONValue(parsing: row.bytes(6)), let id = body["id"]?.string,
            let source = body["source"]?.string,
            let time = body["time"]?.string.flatMap({ try? Instant(rfc3339: $0) }),
            let type = LedgerEventType.allCases.first(where: { $0.name == body["type"]?.string })
        else { return nil }
        return (Int64(type.rawValue), time, EventKey(source: source, id: id), nil)
    }

    private func privateTextFault() throws -> (count: Int, fault: String?) {
        let rows = try RawStatementScan(
            statements,
            "SELECT position, field, salt, text, body FROM private_text JOIN event USING (position) ORDER BY "
                + "position, field"
        )
        var count = 0
        while let row = try rows.next() {
            count += 1
            let text = PrivateText(field: row.text(1), canonicalText: row.bytes(3), salt: row.bytes(2), digestOffset: 0)
            let body = try? JSONValue(parsing: row.bytes(4))
            if body?["data"]?[text.field]?.string != "sha256:" + text.digestText {
                return (
                    count,
                    "the private text '\(text.field)' of position \(row.integer(0)) doesn't have the hash in the body"
                )
            }
        }
        return (count, nil)
    }
}
