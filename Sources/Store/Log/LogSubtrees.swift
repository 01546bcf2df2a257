import UsageLedger

/// Stored subtrees of the log's Merkle tree.
struct LogSubtrees {
    private let statements: StatementCache

    init(_ statements: StatementCache) { self.statements = statements }

    func write(_ subtree: MerkleSubtree) throws {
        let row = try statements("INSERT OR REPLACE INTO log_subtree VALUES (?1, ?2, ?3)")
        row.bind(1, Int64(subtree.level))
        row.bind(2, subtree.number)
        row.bind(3, subtree.hash)
        try row.run()
    }

    /// Root over the leaves of a range, counted from 0.
    func root(of range: Range<Int64>) throws -> [UInt8] {
        try MerkleTree.root(
            of: range,
            stored: { level, number in
                let row = try statements("SELECT hash FROM log_subtree WHERE level = ?1 AND number = ?2")
                row.bind(1, Int64(level))
                row.bind(2, number)
                guard try row.step() else { return nil }
                defer { row.reset() }
                return row.bytes(0)
            },
            leaves: { range in
                let rows = try statements(
                    "SELECT leaf_hash FROM event WHERE position > ?1 AND position <= ?2 ORDER BY position")
                rows.bind(1, range.lowerBound)
                rows.bind(2, range.upperBound)
                var hashes: [[UInt8]] = []
                while try rows.step() { hashes.append(rows.bytes(0)) }
                guard hashes.count == range.count else {
                    throw StoreError(.corrupt, "events from position \(range.lowerBound + 1) are missing; run verify")
                }
                return hashes
            })
    }
}

extension LedgerStore {
    /// Shows that events hang on the log as it was when it had `size` events, with the root of that tree.
    /// O(log n) for each. Error: `not_found` for a position that isn't in it.
    public func inclusionProofs(
        of positions: [Int64], size: Int64
    ) throws -> (root: [UInt8], proofs: [InclusionProof]) {
        try read { statements, _ in
            let head = try LogHead.read(statements).size
            guard size <= head, let last = positions.max() ?? Optional(size), last <= size,
                positions.allSatisfy({ $0 > 0 })
            else { throw StoreError(.notFound, "the log has \(head) events; a proof names others") }
            let tree = LogSubtrees(statements)
            var fault: (any Error)?
            let proofs = positions.map { position in
                InclusionProof(index: position - 1, size: size) { range in
                    do {
                        return try tree.root(of: range)
                    } catch {
                        fault = error
                        return MerkleTree.emptyRoot
                    }
                }
            }
            if let fault { throw fault }
            return (size > 0 ? try tree.root(of: 0..<size) : MerkleTree.emptyRoot, proofs)
        }
    }

    /// The canonical body of an event. Error: `not_found`.
    public func eventBody(at position: Int64) throws -> [UInt8] {
        try read { statements, _ in
            let row = try statements("SELECT body FROM event WHERE position = ?1")
            row.bind(1, position)
            guard try row.step() else { throw StoreError(.notFound, "there is no event at position \(position)") }
            defer { row.reset() }
            return row.bytes(0)
        }
    }
}
