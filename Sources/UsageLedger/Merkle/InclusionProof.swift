/// Shows that one leaf is in the tree of a known root (RFC 6962, 2.1.1): the hashes of the subtrees beside its path,
/// the lowest first.
public struct InclusionProof: Hashable, Sendable {
    /// The leaf's place, from 0.
    public let index: Int64
    /// Leaves of the tree.
    public let size: Int64
    public let hashes: [[UInt8]]

    /// A proof that was received; `isValid` judges it.
    public init(index: Int64, size: Int64, hashes: [[UInt8]]) {
        self.index = index
        self.size = size
        self.hashes = hashes
    }

    /// Makes the proof. `rootOfLeaves` gives the root over a range of leaf hashes; the ranges don't overlap and are at
    /// most 63.
    /// - Precondition: 0 ≤ index < size.
    public init(index: Int64, size: Int64, rootOfLeaves: (Range<Int64>) -> [UInt8]) {
        precondition(index >= 0 && index < size, "the leaf is in the tree")
        var siblings: [Range<Int64>] = []
        var tree = 0..<size
        while tree.count > 1 {
            let middle = tree.lowerBound + MerkleTree.split(tree.upperBound - tree.lowerBound)
            let (left, right) = (tree.lowerBound..<middle, middle..<tree.upperBound)
            siblings.append(index < middle ? right : left)
            tree = index < middle ? left : right
        }
        self.init(index: index, size: size, hashes: siblings.reversed().map(rootOfLeaves))
    }

    /// Makes the proof from the leaf hashes of the whole tree.
    public init(index: Int, leafHashes: [[UInt8]]) {
        self.init(index: Int64(index), size: Int64(leafHashes.count)) {
            MerkleTree.root(ofLeafHashes: leafHashes[Int($0.lowerBound)..<Int($0.upperBound)])
        }
    }

    /// Whether the leaf is at `index` of the tree with this root (RFC 9162, 2.1.3.2).
    public func isValid(leafHash: [UInt8], root: [UInt8]) -> Bool {
        guard index >= 0, index < size, MerkleTree.areHashes(hashes + [leafHash]) else { return false }
        var (node, last) = (index, size - 1)
        var hash = leafHash
        for sibling in hashes {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                hash = MerkleTree.nodeHash(sibling, hash)
                while node & 1 == 0 && node != 0 { (node, last) = (node >> 1, last >> 1) }
            } else {
                hash = MerkleTree.nodeHash(hash, sibling)
            }
            (node, last) = (node >> 1, last >> 1)
        }
        return last == 0 && hash == root
    }
}
