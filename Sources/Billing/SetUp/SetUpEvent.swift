import UsageLedger
import Units

/// Set-up changes as events of the log, and back.
extension SetUpChange {
    /// - Parameters:
    ///   - who: the person or key that changes it.
    ///   - reason: why, in the person's words; kept apart like all people's words.
    public func event(who: String, reason: String?) -> LedgerEventDraft {
        var members: [JSONValue.Member] = [.init("who", .string(who))]
        if let reason { members.append(.init("why", .string(reason))) }
        let (type, subject, data, privateFields) = content
        return LedgerEventDraft(
            type: type, subject: subject, data: data + members, privateFields: privateFields.union(["why"]))
    }

    private var content: (LedgerEventType, String, [JSONValue.Member], Set<String>) {
        switch self {
        case .issuer(let issuer): (.issuer, "issuer", issuer.members, [])
        case .account(let account):
            (.account, account.id.text, account.members, ["name", "postal_code", "address", "department", "email"])
        case .user(let account, let user): (.user, account.text, [.init("user", .string(user.text))], [])
        case .plan(let plan): (.plan, plan.id.text, plan.members, [])
        case .price(let row): (.price, row.plan.text, row.members, [])
        case .priceEnd(let row, let plan, let to):
            (.priceEnd, plan.text, [.init("price_row", .integer(row)), .init("to", day(to))], [])
        case .priceWithdrawal(let row, let plan): (.priceWithdrawal, plan.text, [.init("price_row", .integer(row))], [])
        case .credit(let granted): (.credit, granted.credit.account.text, granted.members, ["reason"])
        case .rules(let rules): (.rules, "rules", rules.members, [])
        }
    }

    /// Reads a change back from a recorded body.
    /// - Parameters:
    ///   - position: of the event; becomes the version, row or credit.
    ///   - privateTexts: by field; an erased one reads as empty.
    /// - Returns: `nil` when the type records no set-up, or the body isn't one that `event` made.
    public init?(type: LedgerEventType, body: JSONValue, position: Int64, privateTexts: [String: String]) {
        guard let data = body["data"], let subject = body["subject"]?.string else { return nil }
        let fields = RecordedFields(data: data, privateTexts: privateTexts)
        switch type {
        case .issuer: self = .issuer(Issuer(fields, version: position))
        case .account:
            guard let id = try? AccountID(subject), let account = Account(fields, id: id, version: position) else {
                return nil
            }
            self = .account(account)
        case .user:
            guard let account = try? AccountID(subject), let user = try? UserID(fields.text("user")) else { return nil }
            self = .user(account, user)
        case .plan:
            guard let id = try? PlanID(subject), let plan = Plan(fields, id: id, version: position) else { return nil }
            self = .plan(plan)
        case .price:
            guard let plan = try? PlanID(subject), let row = PriceRow(fields, plan: plan, position: position) else {
                return nil
            }
            self = .price(row)
        case .priceEnd:
            guard let plan = try? PlanID(subject), let row = fields.integer("price_row") else { return nil }
            self = .priceEnd(row: row, plan, to: fields.day("to"))
        case .priceWithdrawal:
            guard let plan = try? PlanID(subject), let row = fields.integer("price_row") else { return nil }
            self = .priceWithdrawal(row: row, plan)
        case .credit:
            guard let account = try? AccountID(subject),
                let granted = GrantedCredit(fields, account: account, position: position)
            else { return nil }
            self = .credit(granted)
        case .rules:
            guard let rules = BillingRules(fields) else { return nil }
            self = .rules(rules)
        case .gateAcceptance, .documentIssued, .documentVoided, .periodClosed, .payment, .cardStored, .chargeRequested,
            .chargeDeclined, .schedulerClaim,
            .tokenCreated, .tokenRevoked:
            return nil
        case .taskCancelRequested, .taskDeleted, .termsAgreed, .budgetSet, .taskReserved, .budgetAlert, .taskPlaced,
            .taskFailed:
            return nil
        }
    }
}

func day(_ day: CivilDay?) -> JSONValue { day.map { .string($0.description) } ?? .null }

/// The data of a recorded event, with people's words put back.
struct RecordedFields {
    let data: JSONValue
    let privateTexts: [String: String]

    func text(_ key: String) -> String {
        guard let text = data[key]?.string else { return "" }
        // A hash and its prefix; an erased text reads as empty.
        return text.hasPrefix("sha256:") && text.utf8.count == 71 ? privateTexts[key] ?? "" : text
    }

    func integer(_ key: String) -> Int64? { data[key]?.integer }
    func day(_ key: String) -> CivilDay? { data[key]?.string.flatMap { try? CivilDay(text: $0) } }
}
