/// The right edge of a growing tree: all that is needed to append leaves and to know the root. One hash for each bit of
/// the size.
public struct MerkleFrontier: Hashable, Sendable {
    /// Leaves appended so far.
    public private(set) var size: Int64 = 0
    /// Roots of the perfect subtrees that make up the tree, the largest first.
    private var subtrees: [[UInt8]] = []

    /// The tree without leaves.
    public init() {}

    /// Appends one leaf hash of 32 bytes. One node hash on average.
    public mutating func append(leafHash: [UInt8]) {
        precondition(leafHash.count == MerkleTree.hashByteCount, "a hash has 32 bytes")
        var node = leafHash
        for _ in 0..<size.trailingOnes {
            node = MerkleTree.nodeHash(subtrees.removeLast(), node)
        }
        subtrees.append(node)
        size += 1
    }

    /// The root over all leaves. At most 62 node hashes.
    public var root: [UInt8] {
        guard var root = subtrees.last else { return MerkleTree.emptyRoot }
        for left in subtrees.dropLast().reversed() { root = MerkleTree.nodeHash(left, root) }
        return root
    }

    /// Size as eight bytes, the highest first, then the subtrees' roots, the largest first.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: size >> Int64(shift)))
        }
        for subtree in subtrees { bytes += subtree }
        return bytes
    }

    /// Reads `bytes` back; `nil` when their count doesn't fit the size that they state.
    public init?(bytes: [UInt8]) {
        guard bytes.count >= 8 else { return nil }
        let size = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard size <= Int64.max, bytes.count == 8 + size.nonzeroBitCount * MerkleTree.hashByteCount else { return nil }
        self.size = Int64(size)
        subtrees = stride(from: 8, to: bytes.count, by: MerkleTree.hashByteCount).map {
            Array(bytes[$0..<$0 + MerkleTree.hashByteCount])
        }
    }
}

extension Int64 {
    fileprivate var trailingOnes: Int { (~self).trailingZeroBitCount }
}
