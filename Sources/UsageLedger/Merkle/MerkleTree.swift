/// The hash tree of RFC 6962, section 2, over the canonical bodies of the log. Hashes are 32 bytes of SHA-256.
public enum MerkleTree {
    public static let hashByteCount = 32
    static let leafPrefix: UInt8 = 0x00
    static let nodePrefix: UInt8 = 0x01

    /// Root of the tree without leaves: SHA-256 of nothing.
    public static let emptyRoot: [UInt8] = Digest.sha256([])

    /// SHA-256(0x00 ‖ body).
    public static func leafHash(of body: [UInt8]) -> [UInt8] { body.withUnsafeBufferPointer { leafHash(of: $0) } }

    /// The same for bytes that are somewhere else.
    public static func leafHash(of body: UnsafeBufferPointer<UInt8>) -> [UInt8] { Digest.leaf(leafPrefix, body) }

    /// SHA-256(0x01 ‖ left ‖ right).
    public static func nodeHash(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        precondition(left.count == hashByteCount && right.count == hashByteCount, "a hash has 32 bytes")
        return withUnsafeTemporaryAllocation(byteCount: 1 + 2 * hashByteCount, alignment: 1) { buffer in
            buffer[0] = nodePrefix
            left.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: $0) }
            right.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: buffer[(1 + hashByteCount)...]).copyMemory(from: $0)
            }
            return Digest.sha256(UnsafeRawBufferPointer(buffer))
        }
    }

    /// The same for two hashes that stand one after the other; the result may take the place of the first.
    static func nodeHash(_ pair: UnsafeRawBufferPointer, into place: UnsafeMutableRawPointer) {
        precondition(pair.count == 2 * hashByteCount, "a hash has 32 bytes")
        Digest.sha256(nodePrefix, pair) { place.copyMemory(from: $0.baseAddress!, byteCount: hashByteCount) }
    }

    /// Root over leaf hashes, in order. One node hash a leaf, memory of one hash a level.
    public static func root(ofLeafHashes leafHashes: some Sequence<[UInt8]>) -> [UInt8] {
        var frontier = MerkleFrontier()
        for hash in leafHashes { frontier.append(leafHash: hash) }
        return frontier.root
    }

    static func areHashes(_ hashes: [[UInt8]]) -> Bool { hashes.allSatisfy { $0.count == hashByteCount } }

    /// The greatest power of two below `size`: where the tree parts into its left and right subtrees.
    /// - Precondition: `size` ≥ 2.
    static func split(_ size: Int64) -> Int64 {
        precondition(size >= 2)
        return 1 << (Int64.bitWidth - 1 - (size - 1).leadingZeroBitCount)
    }
}
