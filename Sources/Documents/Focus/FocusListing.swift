import Billing
import UsageLedger
import Units

/// The cost and usage dataset of FOCUS 1.2 (FinOps Open Cost and Usage Specification), in CSV: one row for each run,
/// plan, price row and day of Japan, and rows of their own for rounding, credits, differences and tax. The sum of
/// BilledCost of an InvoiceId is what the document asks for. A cell without value is empty.
public enum FocusListing {
    /// The header row.
    public static let header = Listing(columns).csv

    /// The rows of one document, in the order of its lines. O(parts).
    public static func csv(_ document: FocusDocument) -> String {
        let shared = FocusCells(document.invoice)
        var text = ""
        for row in document.rows { text += CSVText.row(shared.cells(row)) }
        return text
    }

    /// How many rows the document has.
    public static func count(_ document: FocusDocument) -> Int { document.rows.count }

    /// In the order of FocusCells.
    private static let columns: [Listing.Column] = [
        "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd",
        "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency",
        "ChargePeriodEnd", "ChargePeriodStart", "ConsumedQuantity", "ConsumedUnit", "ContractedCost",
        "ContractedUnitPrice", "EffectiveCost", "InvoiceId", "InvoiceIssuerName", "ListCost", "ListUnitPrice",
        "PricingCategory", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName", "ResourceId",
        "ResourceName", "ResourceType", "ServiceCategory", "ServiceName", "ServiceSubcategory", "SkuId", "SkuMeter",
        "SkuPriceId", "Tags", "x_Attempt", "x_DocumentKind", "x_Line", "x_MinimumSeconds", "x_PriceRow",
    ].map { .text($0, $0) }
}

/// What all rows of one document share.
private struct FocusCells {
    private let invoice: Invoice
    private let periodStart: String
    private let periodEnd: String
    private let account: String
    private let name: String
    private let issuer: String

    init(_ invoice: Invoice) {
        self.invoice = invoice
        periodStart = Self.time(invoice.period.start)
        periodEnd = Self.time(invoice.period.end)
        account = CSVText.defused(invoice.recipient.id.text)
        name = CSVText.defused(invoice.recipient.name)
        issuer = CSVText.defused(invoice.issuer.name)
    }

    func cells(_ row: FocusRow) -> [String] {
        let usage = usage(row)
        let plan = row.line.map { CSVText.defused($0.line.plan.text) } ?? ""
        let isPriced = row.category == .usage || row.isCorrection
        return [
            row.billed.description, account, name, "JPY", periodEnd, periodStart, row.category.rawValue,
            row.isCorrection ? "Correction" : "", CSVText.defused(row.description),
            row.category == .usage ? "Usage-Based" : "One-Time", Self.time(row.to.next.start),
            Self.time(row.from.start), usage.consumed, usage.consumedUnit, row.billed.description, usage.price,
            row.billed.description, invoice.number?.text ?? "", issuer, row.list.description, usage.listPrice,
            row.category == .usage ? "Standard" : "", usage.quantity, usage.unit, issuer, issuer, usage.task,
            usage.task, usage.task.isEmpty ? "" : "Container task", "Compute", "Container tasks", "Containers",
            isPriced ? plan : "", row.category == .usage ? usage.meter : "", isPriced ? priceID(row, plan) : "",
            usage.tags, usage.attempt, invoice.kind.rawValue, row.line.map { String($0.index) } ?? "",
            usage.minimumSeconds, usage.priceRow,
        ]
    }

    /// Names the price on the list, not its amount, which changes from day to day and account to account.
    private func priceID(_ row: FocusRow, _ plan: String) -> String {
        row.line?.line.rate.map { "\(plan)/\($0.basis.rawValue)" } ?? ""
    }

    private struct UsageCells {
        var consumed = "", consumedUnit = "", price = "", listPrice = "", quantity = "", unit = "", task = ""
        var meter = "", tags = "", attempt = "", minimumSeconds = "", priceRow = ""
    }

    private func usage(_ row: FocusRow) -> UsageCells {
        guard let part = row.part, let rate = row.line?.line.rate else { return UsageCells() }
        let usage = part.slice.usage(gpus: part.gpus)
        return UsageCells(
            consumed: thousandthsText(Int128(part.slice.seconds) * Int128(part.gpus.thousandths)),
            consumedUnit: "GPU-Seconds", price: rate.price.description,
            listPrice: (part.listPrice ?? rate.price).description,
            quantity: thousandthsText(usage.unitThousandths(rate.basis)),
            unit: rate.basis == .gpu ? "GPU-Seconds" : "Seconds", task: CSVText.defused(part.task.text),
            meter: rate.basis == .gpu ? "GPU time" : "Run time", tags: Self.tags(part.tags),
            attempt: String(part.attempt), minimumSeconds: String(part.slice.shortfallSeconds),
            priceRow: String(part.priceRow))
    }

    /// Tags have no values here: each is a key that is true.
    private static func tags(_ tags: [String]) -> String {
        guard !tags.isEmpty else { return "" }
        return JSONValue.object(tags.map { .init($0, .bool(true)) }).canonicalText
    }

    /// UTC, whole seconds.
    private static func time(_ instant: Instant) -> String { String(instant.canonicalText.prefix(19)) + "Z" }
}
