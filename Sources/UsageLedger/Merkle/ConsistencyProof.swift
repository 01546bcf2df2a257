/// Shows that an earlier tree is the beginning of a later one (RFC 6962, 2.1.2): nothing was changed, only appended.
public struct ConsistencyProof: Hashable, Sendable {
    /// Leaves of the earlier tree.
    public let earlierSize: Int64
    /// Leaves of the later tree.
    public let laterSize: Int64
    public let hashes: [[UInt8]]

    /// A proof that was received; `isValid` judges it.
    public init(earlierSize: Int64, laterSize: Int64, hashes: [[UInt8]]) {
        self.earlierSize = earlierSize
        self.laterSize = laterSize
        self.hashes = hashes
    }

    /// Makes the proof. `rootOfLeaves` gives the root over a range of leaf hashes; the ranges don't overlap and are at
    /// most 64. Every tree begins with the empty one: that proof has no hashes.
    /// - Precondition: 0 ≤ earlier size ≤ later size.
    public init(earlierSize: Int64, laterSize: Int64, rootOfLeaves: (Range<Int64>) -> [UInt8]) {
        precondition(earlierSize >= 0 && earlierSize <= laterSize, "a log never shrinks")
        var ranges: [Range<Int64>] = []
        var tree = 0..<laterSize
        while earlierSize > 0, earlierSize < tree.upperBound {
            let middle = tree.lowerBound + MerkleTree.split(tree.upperBound - tree.lowerBound)
            let (left, right) = (tree.lowerBound..<middle, middle..<tree.upperBound)
            ranges.append(earlierSize <= middle ? right : left)
            tree = earlierSize <= middle ? left : right
        }
        // The verifier knows the earlier root already.
        if earlierSize > 0, tree.lowerBound > 0 { ranges.append(tree) }
        self.init(earlierSize: earlierSize, laterSize: laterSize, hashes: ranges.reversed().map(rootOfLeaves))
    }

    /// Makes the proof from the leaf hashes of the later tree.
    public init(earlierSize: Int, leafHashes: [[UInt8]]) {
        self.init(earlierSize: Int64(earlierSize), laterSize: Int64(leafHashes.count)) {
            MerkleTree.root(ofLeafHashes: leafHashes[Int($0.lowerBound)..<Int($0.upperBound)])
        }
    }

    /// Whether the tree with the later root begins with the tree with the earlier one (RFC 9162, 2.1.4.2).
    public func isValid(earlierRoot: [UInt8], laterRoot: [UInt8]) -> Bool {
        guard earlierSize >= 0, earlierSize <= laterSize, MerkleTree.areHashes(hashes + [earlierRoot, laterRoot]) else {
            return false
        }
        if earlierSize == laterSize { return hashes.isEmpty && earlierRoot == laterRoot }
        if earlierSize == 0 { return hashes.isEmpty && earlierRoot == MerkleTree.emptyRoot }
        var (node, last) = (earlierSize - 1, laterSize - 1)
        while node & 1 == 1 { (node, last) = (node >> 1, last >> 1) }
        let path = earlierSize.nonzeroBitCount == 1 ? [earlierRoot] + hashes : hashes
        guard var earlier = path.first else { return false }
        var later = earlier
        for hash in path.dropFirst() {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                earlier = MerkleTree.nodeHash(hash, earlier)
                later = MerkleTree.nodeHash(hash, later)
                while node & 1 == 0 && node != 0 { (node, last) = (node >> 1, last >> 1) }
            } else {
                later = MerkleTree.nodeHash(later, hash)
            }
            (node, last) = (node >> 1, last >> 1)
        }
        return last == 0 && earlier == earlierRoot && later == laterRoot
    }
}
