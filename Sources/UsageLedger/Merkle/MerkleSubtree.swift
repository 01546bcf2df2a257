/// A perfect subtree of the log's tree: 2^level leaves, beginning at a multiple of that.
public struct MerkleSubtree: Hashable, Sendable {
    /// Smaller ones are calculated from their leaves faster than they are read.
    public static let leastStoredLevel = 8

    public let level: Int
    /// From 0, among those of the level.
    public let number: Int64
    public let hash: [UInt8]

    public init(level: Int, number: Int64, hash: [UInt8]) {
        self.level = level
        self.number = number
        self.hash = hash
    }

    /// The subtree over exactly these leaves, without its hash; `nil` when none of a stored level is.
    public static func place(of leaves: Range<Int64>) -> (level: Int, number: Int64)? {
        let count = leaves.upperBound - leaves.lowerBound
        guard count >= 1 << leastStoredLevel, count.nonzeroBitCount == 1, leaves.lowerBound % count == 0 else {
            return nil
        }
        return (count.trailingZeroBitCount, leaves.lowerBound / count)
    }
}

extension MerkleTree {
    /// Root over a range of leaves, put together from stored subtrees and, below them, from leaves.
    /// O(log n) subtrees; leaves of less than two subtrees of the least stored level at most.
    /// - Parameters:
    ///   - stored: the hash of a subtree; `nil` where it isn't stored, which costs its leaves.
    ///   - leaves: the leaf hashes of a range.
    public static func root(
        of range: Range<Int64>, stored: (_ level: Int, _ number: Int64) throws -> [UInt8]?,
        leaves: (Range<Int64>) throws -> [[UInt8]]
    ) rethrows -> [UInt8] {
        if let place = MerkleSubtree.place(of: range), let hash = try stored(place.level, place.number) { return hash }
        let count = range.upperBound - range.lowerBound
        guard count > 1 << MerkleSubtree.leastStoredLevel else { return root(ofLeafHashes: try leaves(range)) }
        let middle = range.lowerBound + split(count)
        return nodeHash(
            try root(of: range.lowerBound..<middle, stored: stored, leaves: leaves),
            try root(of: middle..<range.upperBound, stored: stored, leaves: leaves))
    }
}
