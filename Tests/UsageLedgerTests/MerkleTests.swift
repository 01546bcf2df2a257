import Testing
import UsageLedger

/// The reference tree of Certificate Transparency: its eight leaves, roots and proofs are published vectors.
@Suite struct MerkleTests {
    /// Stored subtrees give the same roots and proofs as all leaves, and spare nearly all of them.
    @Test func subtreesGiveTheSameProofsFromFewLeaves() {
        let leaves = (0..<5_000).map { MerkleTree.leafHash(of: Array("leaf \($0)".utf8)) }
        var frontier = MerkleFrontier()
        var stored: [MerkleSubtree] = []
        for leaf in leaves { frontier.append(leafHash: leaf) { stored.append($0) } }
        #expect(stored.count { $0.level == 8 } == 19)
        #expect(stored.count { $0.level == 12 } == 1)
        for subtree in stored {
            let width = 1 << subtree.level, first = Int(subtree.number) * width
            #expect(subtree.hash == MerkleTree.root(ofLeafHashes: leaves[first..<first + width]))
        }
        var read = 0
        func root(_ range: Range<Int64>) -> [UInt8] {
            MerkleTree.root(
                of: range,
                stored: { level, number in stored.first { $0.level == level && $0.number == number }?.hash },
                leaves: { range in
                    read += range.count
                    return Array(leaves[Int(range.lowerBound)..<Int(range.upperBound)])
                })
        }
        for size in [1, 2, 255, 256, 257, 511, 512, 700, 4_095, 4_096, 4_097, 5_000] {
            let known = MerkleTree.root(ofLeafHashes: leaves[0..<size])
            for index in Set([0, size / 3, size / 2, size - 1]) {
                read = 0
                let proof = InclusionProof(index: Int64(index), size: Int64(size), rootOfLeaves: root)
                #expect(proof.isValid(leafHash: leaves[index], root: known))
                #expect(proof == InclusionProof(index: index, leafHashes: Array(leaves[0..<size])))
                #expect(read < 512)
            }
            #expect(root(0..<Int64(size)) == known)
        }
    }

    static let leaves: [[UInt8]] = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ]
    .map(bytes)
    static let leafHashes = leaves.map(MerkleTree.leafHash)

    @Test(arguments: [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        (5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        (6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ])
    func roots(size: Int, root: String) {
        #expect(hexadecimal(MerkleTree.root(ofLeafHashes: Self.leafHashes.prefix(size))) == root)
    }

    @Test(
        arguments: [
            (0, 1, []),
            (
                0, 8,
                [
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ]
            ),
            (
                5, 8,
                [
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ]
            ),
            (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
            (
                1, 5,
                [
                    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                ]
            ),
        ] as [(Int, Int, [String])])
    func inclusionVectors(index: Int, size: Int, hashes: [String]) {
        #expect(
            InclusionProof(index: index, leafHashes: Array(Self.leafHashes.prefix(size))).hashes.map(hexadecimal)
                == hashes)
    }

    @Test(
        arguments: [
            (1, 1, []),
            (
                1, 8,
                [
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ]
            ),
            (
                6, 8,
                [
                    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ]
            ),
            (
                2, 5,
                [
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                ]
            ),
        ] as [(Int, Int, [String])])
    func consistencyVectors(earlier: Int, later: Int, hashes: [String]) {
        let proof = ConsistencyProof(earlierSize: earlier, leafHashes: Array(Self.leafHashes.prefix(later)))
        #expect(proof.hashes.map(hexadecimal) == hashes)
    }

    /// Every proof of every tree up to 40 leaves holds, and holds for nothing else.
    @Test func proofsHoldForTheirOwnTreeOnly() {
        let hashes = (UInt8(0)..<40).map { MerkleTree.leafHash(of: [$0]) }
        let roots = (0...40).map { MerkleTree.root(ofLeafHashes: hashes.prefix($0)) }
        for size in 1...40 {
            let tree = Array(hashes.prefix(size))
            for index in 0..<size {
                let proof = InclusionProof(index: index, leafHashes: tree)
                let next = InclusionProof(index: Int64(index + 1), size: Int64(size), hashes: proof.hashes)
                let bent = InclusionProof(
                    index: proof.index, size: proof.size, hashes: proof.hashes.map { $0.reversed() })
                let longer = InclusionProof(index: proof.index, size: proof.size, hashes: proof.hashes + [hashes[0]])
                #expect(proof.isValid(leafHash: hashes[index], root: roots[size]))
                #expect(!proof.isValid(leafHash: hashes[(index + 1) % 40], root: roots[size]))
                #expect(!proof.isValid(leafHash: hashes[index], root: roots[size - 1]))
                #expect(!next.isValid(leafHash: hashes[index], root: roots[size]))
                #expect(size == 1 || !bent.isValid(leafHash: hashes[index], root: roots[size]))
                #expect(!longer.isValid(leafHash: hashes[index], root: roots[size]))
            }
            for earlier in 0...size {
                let proof = ConsistencyProof(earlierSize: earlier, leafHashes: tree)
                #expect(proof.isValid(earlierRoot: roots[earlier], laterRoot: roots[size]))
                #expect(!proof.isValid(earlierRoot: roots[(earlier + 1) % 41], laterRoot: roots[size]))
                #expect(earlier == 0 || !proof.isValid(earlierRoot: roots[earlier], laterRoot: roots[size - 1]))
            }
        }
    }

    @Test func theFrontierComesBackFromItsBytes() throws {
        var frontier = MerkleFrontier()
        for leaf in 0..<100 {
            let restored = try #require(MerkleFrontier(bytes: frontier.bytes))
            #expect(restored == frontier)
            #expect(restored.size == Int64(leaf))
            #expect(restored.root == frontier.root)
            #expect(frontier.bytes.count == 8 + leaf.nonzeroBitCount * 32)
            frontier = restored
            frontier.append(leafHash: MerkleTree.leafHash(of: [UInt8(leaf)]))
        }
        #expect(frontier.root == MerkleTree.root(ofLeafHashes: (UInt8(0)..<100).map { MerkleTree.leafHash(of: [$0]) }))
    }

    @Test(arguments: [
        "", "00000000000000", "0000000000000001", "000000000000000100",
        "8000000000000000" + String(repeating: "00", count: 32),
    ])
    func brokenFrontiers(text: String) {
        #expect(MerkleFrontier(bytes: bytes(text)) == nil)
    }

    @Test func checkpointText() throws {
        let root = MerkleTree.root(ofLeafHashes: Self.leafHashes)
        let checkpoint = try #require(Checkpoint(origin: "billing.example.jp/kanjo", size: 8, root: root))
        #expect(checkpoint.text == "billing.example.jp/kanjo\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")
        #expect(Checkpoint(text: checkpoint.text) == checkpoint)
        #expect(Checkpoint(text: checkpoint.text + "extension\n") == checkpoint)
        for broken in [
            "", "a\n8\n", "a\n08\n\(checkpoint.text.suffix(45))", "\n8\n\(checkpoint.text.suffix(45))", "a\n8\nXcna\n",
            "a\n-8\n\(checkpoint.text.suffix(45))", String(checkpoint.text.dropLast()),
        ] {
            #expect(Checkpoint(text: broken) == nil, "\(broken)")
        }
        #expect(Checkpoint(origin: "", size: 8, root: root) == nil)
        #expect(Checkpoint(origin: "a\nb", size: 8, root: root) == nil)
        #expect(Checkpoint(origin: "a", size: 8, root: []) == nil)
    }
}
