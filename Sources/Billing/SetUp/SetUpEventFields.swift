import UsageLedger
import Units

// Fields of each kind of set-up event. They are hashed: names and forms never change, new ones may be added.

extension Issuer {
    var members: [JSONValue.Member] {
        [
            .init("name", .string(name)), .init("registration_number", .string(registrationNumber)),
            .init("postal_code", .string(postalCode)), .init("address", .string(address)),
            .init("phone", .string(phone)),
            .init("bank_account", .string(bankAccount)),
        ]
    }

    init(_ fields: RecordedFields, version: Int64) {
        self.init(
            version: version, name: fields.text("name"), registrationNumber: fields.text("registration_number"),
            postalCode: fields.text("postal_code"), address: fields.text("address"), phone: fields.text("phone"),
            bankAccount: fields.text("bank_account"))
    }
}

extension Account {
    var members: [JSONValue.Member] {
        [
            .init("name", .string(name)), .init("postal_code", .string(postalCode)), .init("address", .string(address)),
            .init("department", .string(department)), .init("email", .string(email)),
            .init("registration_number", .string(registrationNumber)), .init("payment", .string(payment.rawValue)),
        ] + (country == Self.japan ? [] : [.init("country", .string(country))])
    }

    init?(_ fields: RecordedFields, id: AccountID, version: Int64) {
        guard let payment = PaymentMethod(rawValue: fields.text("payment")) else { return nil }
        let country = fields.text("country")
        self.init(
            id: id, version: version, name: fields.text("name"), postalCode: fields.text("postal_code"),
            address: fields.text("address"), department: fields.text("department"),
            registrationNumber: fields.text("registration_number"), email: fields.text("email"), payment: payment,
            country: country.isEmpty ? Self.japan : country)
    }
}

extension Plan {
    var members: [JSONValue.Member] {
        [
            .init("name", .string(name)), .init("gpu_model", .string(gpuModel)),
            .init("gpu_count", .string(gpuCount.description)),
            .init("minimum_execution_seconds", .integer(minimumExecutionSeconds)),
        ]
    }

    init?(_ fields: RecordedFields, id: PlanID, version: Int64) {
        guard let count = try? GPUQuantity(decimal: fields.text("gpu_count")),
            let minimum = fields.integer("minimum_execution_seconds")
        else { return nil }
        self.init(
            id: id, version: version, name: fields.text("name"), gpuModel: fields.text("gpu_model"), gpuCount: count,
            minimumExecutionSeconds: minimum)
    }
}

extension PriceRow {
    var members: [JSONValue.Member] {
        [
            .init("account", account.map { .string($0.text) } ?? .null),
            .init("yen_per_second", .string(price.description)),
            .init("basis", .string(basis.rawValue)), .init("tax", .string(tax.rawValue)), .init("from", day(from)),
            .init("to", day(to)),
        ]
    }

    init?(_ fields: RecordedFields, plan: PlanID, position: Int64) {
        guard let price = try? UnitPrice(decimal: fields.text("yen_per_second")),
            let basis = PriceBasis(rawValue: fields.text("basis")), let tax = TaxBasis(rawValue: fields.text("tax")),
            let from = fields.day("from")
        else { return nil }
        self.init(
            position: position, plan: plan, account: try? AccountID(fields.text("account")), price: price, basis: basis,
            tax: tax,
            from: from, to: fields.day("to"))
    }
}

extension GrantedCredit {
    var members: [JSONValue.Member] {
        [
            .init("yen", .integer(credit.yen.amount)), .init("from", day(credit.from)), .init("to", day(credit.to)),
            .init("plans", .array(credit.plans.map { .string($0.text) })), .init("reason", .string(reason)),
        ]
    }

    init?(_ fields: RecordedFields, account: AccountID, position: Int64) {
        guard let yen = fields.integer("yen"), let from = fields.day("from"), let to = fields.day("to"),
            let plans = fields.data["plans"]?.array?.compactMap({ $0.string.flatMap { try? PlanID($0) } })
        else { return nil }
        self.init(
            credit: Credit(position: position, account: account, yen: Yen(yen), from: from, to: to, plans: plans),
            reason: fields.text("reason"))
    }
}

extension BillingRules {
    var members: [JSONValue.Member] {
        [
            .init("rules_version", .integer(version)), .init("invoice_minimum_yen", .integer(invoiceMinimumYen)),
            .init("grace_hours", .integer(graceHours)), .init("runaway_silence_minutes", runawaySilence.jsonValue),
        ]
    }

    public var jsonValue: JSONValue { .object(members) }

    /// Reads `jsonValue` back.
    public init?(json: JSONValue) { self.init(RecordedFields(data: json, privateTexts: [:])) }

    init?(_ fields: RecordedFields) {
        guard let version = fields.integer("rules_version"), let minimum = fields.integer("invoice_minimum_yen"),
            let grace = fields.integer("grace_hours")
        else { return nil }
        self.init(
            version: version, invoiceMinimumYen: minimum, graceHours: grace,
            runawaySilence: fields.integer("runaway_silence_minutes").map(RunawaySilence.minutes) ?? .none)
    }
}

extension RunawaySilence {
    /// Minutes, or the word `none`.
    public var jsonValue: JSONValue {
        switch self {
        case .minutes(let minutes): .integer(minutes)
        case .none: .string("none")
        }
    }

    /// `nil` stands for `none`, the form of the tables.
    public var minutes: Int64? {
        if case .minutes(let minutes) = self { minutes } else { nil }
    }

    public init(minutes: Int64?) { self = minutes.map(RunawaySilence.minutes) ?? .none }
}
