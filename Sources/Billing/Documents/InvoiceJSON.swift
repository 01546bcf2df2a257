import UsageLedger
import Units

extension Invoice {
    /// Version of this form. A newer form gets a new number; old documents keep theirs.
    static let formatVersion: Int64 = 1

    public var jsonValue: JSONValue {
        .object(
            [
                .init("format_version", .integer(Self.formatVersion)), .init("kind", .string(kind.rawValue)),
                .init("revision", .integer(revision)), .init("number", number.map { .string($0.text) } ?? .null),
                .init("period", .string(period.description)), .init("account", .string(recipient.id.text)),
                .init("issue_day", day(issueDay)), .init("log_cut", .integer(logCut)),
                .init("event_cut", .string(eventCut.canonicalText)), .init("rules", .object(rules.members)),
                .init("issuer", .object(issuer.members + [.init("version", .integer(issuer.version))])),
                .init("recipient", .object(recipient.members + [.init("version", .integer(recipient.version))])),
                .init("lines", .array(lines.map { $0.jsonValue(planNames) })),
                .init("tax_basis", .string(totals.basis.rawValue)),
                .init("tax_rate_percent", totals.ratePercent.map(JSONValue.integer) ?? .null),
                .init("total_yen", .integer(totals.total.amount)), .init("net_yen", .integer(totals.net.amount)),
                .init("tax_yen", .integer(totals.tax.amount)), .init("payable_yen", .integer(totals.payable.amount)),
            ] + originalMembers)
    }

    /// Absent on first invoices, so that their bytes are what they always were.
    private var originalMembers: [JSONValue.Member] {
        original.map { original in
            [
                .init(
                    "original",
                    .object([
                        .init("number", .string(original.number.text)), .init("issue_day", day(original.issueDay)),
                    ]))
            ]
        } ?? []
    }

    /// Reads stored bytes back; `nil` when they aren't a document of this form.
    public init?(bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let kind = json["kind"]?.string.flatMap(DocumentKind.init),
            let period = json["period"]?.string.flatMap({ try? BillingPeriod(text: $0) }),
            let account = json["account"]?.string.flatMap({ try? AccountID($0) }),
            let logCut = json["log_cut"]?.integer,
            let eventCut = json["event_cut"]?.string.flatMap({ try? Instant(rfc3339: $0) }),
            let issuer = json["issuer"], let recipient = json["recipient"], let rulesValue = json["rules"],
            let rules = BillingRules(RecordedFields(data: rulesValue, privateTexts: [:])),
            let known = Account(
                RecordedFields(data: recipient, privateTexts: [:]), id: account,
                version: recipient["version"]?.integer ?? 0),
            let basis = json["tax_basis"]?.string.flatMap(TaxBasis.init), let total = json["total_yen"]?.integer
        else { return nil }
        self.kind = kind
        revision = json["revision"]?.integer ?? 1
        number = json["number"]?.string.map(DocumentNumber.init(text:))
        self.period = period
        issueDay = json["issue_day"]?.string.flatMap { try? CivilDay(text: $0) }
        self.logCut = logCut
        self.eventCut = eventCut
        self.rules = rules
        self.issuer = Issuer(RecordedFields(data: issuer, privateTexts: [:]), version: issuer["version"]?.integer ?? 0)
        self.recipient = known
        totals = InvoiceTotals(
            basis: basis, total: Yen(total),
            category: json["tax_rate_percent"]?.isNull == true ? .outsideScope : .standard)
        original = json["original"].flatMap { original in
            guard let number = original["number"]?.string,
                let day = original["issue_day"]?.string.flatMap({ try? CivilDay(text: $0) })
            else { return nil }
            return OriginalDocument(number: DocumentNumber(text: number), issueDay: day)
        }
        planNames = [:]
        lines = []
        for value in json["lines"]?.array ?? [] {
            guard let line = Line(value, tax: basis) else { return nil }
            lines.append(line)
            planNames[line.plan] = value["plan_name"]?.string ?? line.plan.text
        }
    }
}

extension Line {
    func jsonValue(_ planNames: [PlanID: String]) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("class", .string(lineClass.rawValue)), .init("charge_month", .string(chargeMonth.description)),
            .init("plan", .string(plan.text)), .init("plan_name", .string(planNames[plan] ?? plan.text)),
            .init("amount_yen", .integer(amount.amount)),
        ]
        if let rate {
            members += [
                .init("basis", .string(rate.basis.rawValue)), .init("unit_price", .string(rate.price.description)),
                .init("units", .string(unitsText)), .init("price_rows", .array(priceRows.map { .integer($0) })),
            ]
            members += usage.members(prefix: "")
        }
        if let difference {
            members += difference.oldUsage.members(prefix: "old_") + difference.newUsage.members(prefix: "new_")
            members += [
                .init("old_yen", .integer(difference.oldYen.amount)),
                .init("new_yen", .integer(difference.newYen.amount)),
                .init("caused_by", .array(difference.causes.map { .integer($0) })),
            ]
        }
        if let credit { members.append(.init("credit", .integer(credit))) }
        return .object(members)
    }

    init?(_ json: JSONValue, tax: TaxBasis) {
        guard let lineClass = json["class"]?.string.flatMap(LineClass.init),
            let month = json["charge_month"]?.string.flatMap({ try? BillingPeriod(text: $0) }),
            let plan = json["plan"]?.string.flatMap({ try? PlanID($0) }), let amount = json["amount_yen"]?.integer
        else { return nil }
        var rate: RateKey?
        if let basis = json["basis"]?.string.flatMap(PriceBasis.init),
            let price = json["unit_price"]?.string.flatMap({ try? UnitPrice(decimal: $0) })
        {
            rate = RateKey(plan: plan, price: price, basis: basis)
        }
        var difference: Difference?
        if let oldYen = json["old_yen"]?.integer, let newYen = json["new_yen"]?.integer {
            difference = Difference(
                oldUsage: Usage(json, prefix: "old_"), newUsage: Usage(json, prefix: "new_"), oldYen: Yen(oldYen),
                newYen: Yen(newYen), causes: json["caused_by"]?.array?.compactMap(\.integer) ?? [])
        }
        self.init(
            lineClass: lineClass, chargeMonth: month, plan: plan, rate: rate, usage: Usage(json, prefix: ""),
            amount: Yen(amount),
            priceRows: json["price_rows"]?.array?.compactMap(\.integer) ?? [], difference: difference,
            credit: json["credit"]?.integer, tax: tax)
    }
}

extension Usage {
    func members(prefix: String) -> [JSONValue.Member] {
        [
            .init(prefix + "seconds", .integer(seconds)),
            .init(prefix + "shortfall_seconds", .integer(shortfallSeconds)),
            .init(prefix + "gpu_seconds", .string(gpuSecondsText)),
        ]
    }

    init(_ json: JSONValue, prefix: String) {
        let gpuSeconds = json[prefix + "gpu_seconds"]?.string ?? "0"
        self.init(
            seconds: json[prefix + "seconds"]?.integer ?? 0,
            shortfallSeconds: json[prefix + "shortfall_seconds"]?.integer ?? 0,
            gpuSecondThousandths: thousandths(parsing: gpuSeconds) ?? Int64(0))
    }
}
