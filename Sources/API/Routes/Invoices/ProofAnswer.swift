import Documents
import Service
import UsageLedger

/// Proofs as JSON; hashes in hexadecimal digits.
enum ProofAnswer {
    static func json(_ proof: DocumentProof) -> JSONValue {
        .object([
            .init("number", .string(proof.document.number.text)),
            .init("sha256", .string(Digits.hexadecimal(proof.document.sha256))),
            .init("position", .integer(proof.document.position)),
            .init("event", .string(String(decoding: proof.eventBody, as: UTF8.self))),
            .init("leaf_hash", .string(Digits.hexadecimal(MerkleTree.leafHash(of: proof.eventBody)))),
            .init("inclusion", json(proof.inclusion)), .init("checkpoint", json(proof.checkpoint)),
        ])
    }

    /// RFC 6962: the leaf's place from 0, the leaves of the tree, and the hashes beside its path, the lowest first.
    static func json(_ proof: InclusionProof) -> JSONValue {
        .object([
            .init("index", .integer(proof.index)), .init("size", .integer(proof.size)),
            .init("hashes", .array(proof.hashes.map { .string(Digits.hexadecimal($0)) })),
        ])
    }

    static func json(_ checkpoint: Checkpoint) -> JSONValue {
        .object([
            .init("origin", .string(checkpoint.origin)), .init("size", .integer(checkpoint.size)),
            .init("root", .string(Digits.hexadecimal(checkpoint.root))), .init("text", .string(checkpoint.text)),
        ])
    }
}
