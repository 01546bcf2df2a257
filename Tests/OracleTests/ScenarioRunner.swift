import Billing
import Service
import Store
import TestSupport
import Units
import UsageLedger

/// Runs one scenario of the oracle (Tests/Oracle/FORMAT.md) through the real store and gives its results in the
/// oracle's form.
final class ScenarioRunner {
    let store: LedgerStore
    private let identifiers = CountedIdentifiers()
    private let decoder = EventDecoder()
    private var lastNow = Instant(nanoseconds: 0)

    init() throws { store = try LedgerStore(path: ":memory:") }

    func result(of step: JSONValue) throws -> JSONValue {
        if let setUp = step["apply"] {
            try apply(setUp)
            return .null
        }
        if let feed = step["feed"] {
            try record(feed, at: Instant(rfc3339: step["recorded_at"]!.string!))
            return .null
        }
        if let period = step["close"]?.string { return try close(BillingPeriod(text: period), step) }
        if let account = step["preview"]?.string { return try preview(AccountID(account), step) }
        if let usage = step["usage"] { return try self.usage(usage, at: Instant(rfc3339: step["at"]!.string!)) }
        for action in ["return", "reissue", "void"] where step[action] != nil {
            return try correct(action, AccountID(step[action]!.string!), step)
        }
        preconditionFailure("unknown step \(step.canonicalText.prefix(200))")
    }

    private func apply(_ setUp: JSONValue) throws {
        let declaration = try SetUpFileReader.declaration(in: setUp.canonicalText)
        _ = try store.apply(by: identifiers.actor(now: lastNow)) { current, use in
            try plannedChanges(from: current, to: declaration, use: use)
        }
    }

    private func record(_ feed: JSONValue, at now: Instant) throws {
        lastNow = now
        var events: [DecodedEvent] = []
        for event in feed.array! {
            switch decoder.decode(event.canonicalBytes, makeSalt: identifiers.salt) {
            case .success(let decoded): events.append(decoded)
            case .failure(let error): throw error
            }
        }
        for result in try store.record(events, at: now) {
            if case .refused(let error) = result { throw error }
        }
    }

    private func close(_ period: BillingPeriod, _ step: JSONValue) throws -> JSONValue {
        let now = try Instant(rfc3339: step["now"]!.string!)
        lastNow = now
        // The oracle takes it that there is an issuer.
        if try store.setUp().issuer == nil {
            try store.record(
                [.issuer(Issuer(name: "issuer", registrationNumber: "T7000012050002"))], by: identifiers.actor(now: now)
            )
        }
        let draft = try store.draft(period: period, now: now)
        precondition(
            draft.coverage.values.reduce(0, +) == draft.usageEvents,
            "coverage identity: \(draft.coverage) \(draft.usageEvents)")
        let gate = draft.gate.map(\.name).filter { $0 != "grace_left" }
        let request = IssueRequest(
            period: period, issueDay: try CivilDay(text: step["issue_day"]!.string!), acceptEverything: "scenario")
        var documents: [JSONValue] = []
        do {
            if case .alreadyClosed = try store.issue(request, by: identifiers.actor(now: now)) {
                return .object([.init("gate", .array([])), .init("documents", .array([]))])
            }
            documents = try store.documents(period: period).map { try scenarioForm(Invoice(bytes: $0)!) }
        } catch is GateError {}
        return .object([
            .init("gate", .array(gate.map(JSONValue.string))), .init("documents", .array(documents)),
        ])
    }

    private func preview(_ account: AccountID, _ step: JSONValue) throws -> JSONValue {
        let invoice = try store.preview(
            account: account, period: BillingPeriod(text: step["period"]!.string!),
            eventCut: Instant(rfc3339: step["at"]!.string!))
        return .object([.init("document", try invoice.map(scenarioForm) ?? .null)])
    }

    private func correct(_ action: String, _ account: AccountID, _ step: JSONValue) throws -> JSONValue {
        let kind = DocumentKind(rawValue: step["kind"]?.string ?? "invoice")!
        var search = DocumentSearch(account: account, period: try BillingPeriod(text: step["period"]!.string!))
        search.kind = kind
        let standing = try store.documents(search).filter { $0.state == .issued }
        guard let document = standing.max(by: { $0.revision < $1.revision }) else {
            return .object([.init("refused", .string("no_document"))])
        }
        lastNow = try Instant(rfc3339: step["now"]!.string!)
        let (actor, day) = (identifiers.actor(reason: "scenario", now: lastNow), CivilDay(lastNow))
        do {
            switch action {
            case "void":
                try store.voidDocument(document.number, by: actor)
                return .object([.init("voided", .string(document.number.text))])
            case "reissue": return try made(store.reissueInvoice(document.number, day: day, by: actor))
            default: return try made(store.returnInvoice(document.number, day: day, by: actor))
            }
        } catch let error as StoreError
            where [.refused, .nothingToReturn, .nothingToCorrect].contains(error.code)
        {
            return .object([.init("refused", .string(error.code.rawValue))])
        }
    }

    private func made(_ document: IssuedDocument) throws -> JSONValue {
        .object([.init("document", try scenarioForm(Invoice(bytes: try store.document(document.number).bytes)!))])
    }

    private func usage(_ range: JSONValue, at instant: Instant) throws -> JSONValue {
        let query = UsageQuery(
            from: try CivilDay(text: range["from"]!.string!), to: try CivilDay(text: range["to"]!.string!),
            groups: [.account, .day, .plan], eventCut: instant)
        let rows = try store.usage(query).rows.filter { $0.sum.usage.seconds > 0 }
        return .object([
            .init(
                "rows",
                .array(
                    rows.map { row in
                        .object([
                            .init("account", .string(row.values[0])), .init("day", .string(row.values[1])),
                            .init("plan", .string(row.values[2])), .init("seconds", .integer(row.sum.usage.seconds)),
                            .init("gpu_seconds", .string(row.sum.usage.gpuSecondsText)),
                            .init("amount_yen", .string(row.sum.amount.description)),
                        ])
                    }))
        ])
    }

    private func scenarioForm(_ invoice: Invoice) throws -> JSONValue {
        let credits = try store.setUp().credits.map(\.credit.position)
        let lines = invoice.lines.map { line -> JSONValue in
            .object([
                .init("class", .string(line.lineClass.rawValue)),
                .init("charge_month", .string(line.chargeMonth.description)),
                .init("plan", .string(line.plan.text)),
                .init("basis", line.rate.map { .string($0.basis.rawValue) } ?? .null),
                .init("unit_price", line.rate.map { .string($0.price.description) } ?? .null),
                .init("seconds", .integer(line.usage.seconds)),
                .init("shortfall_seconds", .integer(line.usage.shortfallSeconds)),
                .init("units", .string(line.unitsText)), .init("amount_yen", .integer(line.amount.amount)),
                .init("credit", line.credit.map { .integer(Int64(credits.firstIndex(of: $0)!)) } ?? .null),
            ])
        }
        return .object([
            .init("account", .string(invoice.recipient.id.text)),
            .init("number", invoice.number.map { .string($0.text) } ?? .null),
            .init("period", .string(invoice.period.description)),
            .init("tax_basis", .string(invoice.totals.basis.rawValue)),
            .init("lines", .array(lines)), .init("total_yen", .integer(invoice.totals.total.amount)),
            .init("tax_yen", .integer(invoice.totals.tax.amount)),
            .init("payable_yen", .integer(invoice.totals.payable.amount)),
        ])
    }
}
