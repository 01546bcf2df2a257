import Units

/// The types of the log's other streams: what administrators and closes did. The raw value is stored and never changes.
public enum LedgerEventType: Int, Hashable, Sendable, CaseIterable {
    case account = 20
    case user = 21
    case plan = 22
    case price = 23
    case priceEnd = 24
    case priceWithdrawal = 25
    case credit = 26
    case rules = 27
    case issuer = 28
    case gateAcceptance = 29
    case documentIssued = 30
    case periodClosed = 31
    case documentVoided = 32
    case payment = 33
    case cardStored = 34
    case chargeRequested = 35
    case chargeDeclined = 36
    case schedulerClaim = 40
    case tokenCreated = 41
    case tokenRevoked = 42
    case taskCancelRequested = 50
    case taskDeleted = 51
    case termsAgreed = 52
    case budgetSet = 53
    case taskReserved = 54
    case budgetAlert = 55
    case taskPlaced = 56
    case taskFailed = 57

    /// The CloudEvents `type`.
    public var name: String {
        switch self {
        case .account: "account.recorded"
        case .user: "user.added"
        case .plan: "plan.recorded"
        case .price: "price.added"
        case .priceEnd: "price.ended"
        case .priceWithdrawal: "price.withdrawn"
        case .credit: "credit.granted"
        case .rules: "rules.set"
        case .issuer: "issuer.set"
        case .gateAcceptance: "gate.accepted"
        case .documentIssued: "document.issued"
        case .periodClosed: "period.closed"
        case .documentVoided: "document.voided"
        case .payment: "payment.recorded"
        case .cardStored: "card.stored"
        case .chargeRequested: "charge.requested"
        case .chargeDeclined: "charge.declined"
        case .schedulerClaim: "scheduler.listed"
        case .tokenCreated: "token.created"
        case .tokenRevoked: "token.revoked"
        case .taskCancelRequested: "task.cancel_requested"
        case .taskDeleted: "task.deleted"
        case .termsAgreed: "terms.agreed"
        case .budgetSet: "budget.set"
        case .taskReserved: "task.reserved"
        case .budgetAlert: "budget.alerted"
        case .taskPlaced: "task.placed"
        case .taskFailed: "task.failed"
        }
    }
}

/// An event of our own streams, not yet recorded. Source, id and time are given by the shell.
public struct LedgerEventDraft: Sendable {
    public let type: LedgerEventType
    public let subject: String
    /// An object; values of `privateFields` are still in plain words.
    public let data: [JSONValue.Member]
    public let privateFields: Set<String>

    public init(type: LedgerEventType, subject: String, data: [JSONValue.Member], privateFields: Set<String> = []) {
        self.type = type
        self.subject = subject
        self.data = data
        self.privateFields = privateFields
    }

    /// The canonical body and its leaf hash. People's words become salted hashes, as in the usage feed (§3).
    public func body(
        key: EventKey, time: Instant, makeSalt: () -> Salt
    ) -> (body: [UInt8], leafHash: [UInt8], privateTexts: [PrivateText]) {
        var texts: [PrivateText] = []
        let written = data.map { member -> JSONValue.Member in
            guard privateFields.contains(member.key), !member.value.isNull else { return member }
            let text = PrivateText(
                field: member.key, canonicalText: member.value.canonicalBytes, salt: makeSalt(), digestOffset: 0)
            texts.append(text)
            return JSONValue.Member(member.key, .string("sha256:" + text.digestText))
        }
        let body = JSONValue.object([
            .init("data", .object(written)), .init("id", .string(key.id)), .init("source", .string(key.source)),
            .init("specversion", .string("1.0")), .init("subject", .string(subject)),
            .init("time", .string(time.canonicalText)),
            .init("type", .string(type.name)),
        ]).canonicalBytes
        return (body, MerkleTree.leafHash(of: body), texts)
    }
}

extension PrivateText {
    /// 64 lowercase hexadecimal digits of SHA-256(salt ‖ canonical text).
    public var digestText: String {
        canonicalText.withUnsafeBufferPointer { String(decoding: Digest.salted($0, salt: salt), as: UTF8.self) }
    }
}
