import UsageLedger
import Units

/// What makes a later document of an invoice its own.
public struct CorrectionHead: Hashable, Sendable {
    public let number: DocumentNumber
    public let revision: Int64
    public let issueDay: CivilDay

    public init(number: DocumentNumber, revision: Int64, issueDay: CivilDay) {
        self.number = number
        self.revision = revision
        self.issueDay = issueDay
    }
}

extension Invoice {
    /// A return of this invoice (適格返還請求書), with names and rules as known at the log cut.
    /// - Precondition: this one is issued, and there are lines.
    public func returned(_ lines: [Line], _ head: CorrectionHead, logCut: Int64, setUp: SetUp) -> Invoice {
        guard let basis = lines.first?.tax else { preconditionFailure("a return has lines") }
        var document = corrected(head, setUp: setUp)
        document.kind = .returned
        document.logCut = logCut
        document.rules = setUp.rules
        document.lines = lines
        document.planNames = Dictionary(
            lines.map { ($0.plan, setUp.plans[$0.plan]?.name ?? $0.plan.text) }, uniquingKeysWith: { first, _ in first }
        )
        document.totals = InvoiceTotals(
            basis: basis, total: lines.reduce(into: .zero) { $0 += $1.amount }, category: totals.category)
        return document
    }

    /// This invoice with the names, addresses and numbers of the set-up (修正インボイス): the same lines and yen.
    /// - Precondition: this one is issued.
    public func corrected(_ head: CorrectionHead, setUp: SetUp) -> Invoice {
        guard let number, let issueDay else { preconditionFailure("a preview can't be corrected") }
        var document = self
        document.number = head.number
        document.revision = head.revision
        document.issueDay = head.issueDay
        document.original = OriginalDocument(number: number, issueDay: issueDay)
        document.issuer = setUp.issuer ?? issuer
        document.recipient = setUp.accounts[recipient.id] ?? recipient
        return document
    }

    /// Whether the parties of both are told alike, whatever their versions.
    public func namesSameParties(as other: Invoice) -> Bool {
        JSONValue.object(issuer.members).canonicalBytes == JSONValue.object(other.issuer.members).canonicalBytes
            && JSONValue.object(recipient.members).canonicalBytes
                == JSONValue.object(other.recipient.members).canonicalBytes
    }
}

extension CreditUse {
    /// The first credit whose uses, after these issued lines of an account, no longer add up: more given back than it
    /// paid for a plan and month, or more used than granted. `nil` when all do.
    public static func firstUnbalanced(_ lines: [Line], credits: [Credit]) -> Int64? {
        struct Paid: Hashable {
            let credit: Int64
            let plan: PlanID
            let month: BillingPeriod
        }
        var paid: [Paid: Yen] = [:], used: [Int64: Yen] = [:]
        for line in lines {
            guard let credit = line.credit else { continue }
            let key = Paid(credit: credit, plan: line.plan, month: line.chargeMonth)
            paid[key, default: .zero] += -line.amount
            used[credit, default: .zero] += -line.amount
            if paid[key, default: .zero] < .zero { return credit }
        }
        return credits.first { used[$0.position, default: .zero] > $0.yen }?.position
    }
}
