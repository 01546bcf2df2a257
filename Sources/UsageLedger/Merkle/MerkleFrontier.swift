/// The right edge of a growing tree: all that is needed to append leaves and to know the root. One hash for each bit of
/// the size.
public struct MerkleFrontier: Hashable, Sendable {
    /// Leaves appended so far.
    public private(set) var size: Int64 = 0
    /// Roots of the perfect subtrees that make up the tree, one after the other, the largest first.
    private var subtrees: [UInt8] = []

    /// The tree without leaves.
    public init() {}

    /// Appends one leaf hash of 32 bytes. One node hash on average.
    public mutating func append(leafHash: [UInt8]) { append(leafHash: leafHash) { _ in } }

    /// The same.
    /// - Parameter completed: is given each perfect subtree of a stored level that the leaf completes.
    public mutating func append(leafHash: [UInt8], completed: (MerkleSubtree) -> Void) {
        precondition(leafHash.count == MerkleTree.hashByteCount, "a hash has 32 bytes")
        subtrees += leafHash
        let joins = size.trailingOnes
        size += 1
        for _ in 0..<min(joins, MerkleSubtree.leastStoredLevel - 1) { joinLastTwo() }
        guard joins >= MerkleSubtree.leastStoredLevel else { return }
        for level in MerkleSubtree.leastStoredLevel...joins {
            joinLastTwo()
            let hash = Array(subtrees.suffix(MerkleTree.hashByteCount))
            completed(MerkleSubtree(level: level, number: size >> Int64(level) - 1, hash: hash))
        }
    }

    /// Puts the last two subtrees under one node.
    private mutating func joinLastTwo() {
        let pair = subtrees.count - 2 * MerkleTree.hashByteCount
        subtrees.withUnsafeMutableBytes { subtrees in
            MerkleTree.nodeHash(UnsafeRawBufferPointer(rebasing: subtrees[pair...]), into: subtrees.baseAddress! + pair)
        }
        subtrees.removeLast(MerkleTree.hashByteCount)
    }

    /// The root over all leaves. At most 62 node hashes.
    public var root: [UInt8] {
        guard size > 0 else { return MerkleTree.emptyRoot }
        var rest = self
        while rest.subtrees.count > MerkleTree.hashByteCount { rest.joinLastTwo() }
        return rest.subtrees
    }

    /// Size as eight bytes, the highest first, then the subtrees' roots, the largest first.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: size >> Int64(shift)))
        }
        return bytes + subtrees
    }

    /// Reads `bytes` back; `nil` when their count doesn't fit the size that they state.
    public init?(bytes: [UInt8]) {
        guard bytes.count >= 8 else { return nil }
        let size = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard size <= Int64.max, bytes.count == 8 + size.nonzeroBitCount * MerkleTree.hashByteCount else { return nil }
        self.size = Int64(size)
        subtrees = Array(bytes[8...])
    }
}

extension Int64 {
    fileprivate var trailingOnes: Int { (~self).trailingZeroBitCount }
}
