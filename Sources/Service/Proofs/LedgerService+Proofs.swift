import Billing
import Store
import UsageLedger

/// Events with what shows that they hang on the log of a checkpoint.
public struct ProvenEvents: Sendable {
    public let checkpoint: Checkpoint
    /// In the order asked.
    public let proofs: [InclusionProof]
}

/// All that a stranger needs to see that a document was issued by this log: its event's body, whose data hold the
/// document's SHA-256, and the way from there to the checkpoint.
public struct DocumentProof: Sendable {
    public let document: IssuedDocument
    /// Canonical body of the event that issued it.
    public let eventBody: [UInt8]
    public let inclusion: InclusionProof
    public let checkpoint: Checkpoint
}

extension LedgerService {
    /// The log's name on checkpoints.
    public static let logOrigin = "kanjo"

    /// Proves events against the log as it was when it had `size` events.
    public func prove(_ positions: [Int64], size: Int64) throws -> ProvenEvents {
        let (root, proofs) = try store.inclusionProofs(of: positions, size: size)
        guard let checkpoint = Checkpoint(origin: Self.logOrigin, size: size, root: root) else {
            throw StoreError(.internal, "the log's name makes no checkpoint")
        }
        return ProvenEvents(checkpoint: checkpoint, proofs: proofs)
    }

    /// Proves an issued document against the log as it is now. Error: `not_found`, also for another account's.
    public func proof(ofDocument number: String, scope: AccountScope) throws -> DocumentProof {
        let document = try store.document(DocumentNumber(text: number), account: scope.account).document
        let proven = try prove([document.position], size: try store.head().size)
        return DocumentProof(
            document: document, eventBody: try store.eventBody(at: document.position), inclusion: proven.proofs[0],
            checkpoint: proven.checkpoint)
    }
}
