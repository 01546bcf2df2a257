import Units

@testable import Billing

/// Closes of one account written as short texts, for tables worked by hand.
enum CloseStory {
    static let period = try! BillingPeriod(text: "2017-11")
    static let acme = try! AccountID("acme")

    /// `2017-11 v100 0.5 gpu 3600`, then optionally `gpus=2` (GPU seconds are seconds × GPUs), `short=30`, `exclusive`.
    static func usage(_ text: String) -> PricedUsage {
        let words = text.split(separator: " ").map(String.init)
        let seconds = Int64(words[4])!
        let gpus = value("gpus", words).map { try! GPUQuantity(decimal: $0).thousandths } ?? 1_000
        let row = PriceRow(
            position: Int64(value("row", words) ?? "1")!, plan: try! PlanID(words[1]), account: nil,
            price: try! UnitPrice(decimal: words[2]), basis: PriceBasis(rawValue: words[3])!,
            tax: words.contains("exclusive") ? .exclusive : .inclusive, from: .first, to: nil)
        return PricedUsage(
            month: try! BillingPeriod(text: words[0]), row: row,
            usage: Usage(
                seconds: seconds, shortfallSeconds: Int64(value("short", words) ?? "0")!,
                gpuSecondThousandths: seconds * gpus))
    }

    /// `usage 2017-10 v100 0.5 gpu 3600 1800`: class, month, rate, seconds, yen. `credit 2017-10 v100 7 -500`: credit 7
    /// paid.
    static func issued(_ text: String) -> Line {
        let words = text.split(separator: " ").map(String.init)
        let (month, plan) = (try! BillingPeriod(text: words[1]), try! PlanID(words[2]))
        let tax = words.contains("exclusive") ? TaxBasis.exclusive : .inclusive
        if words[0] == "credit" {
            return Line(
                lineClass: .credit, chargeMonth: month, plan: plan, rate: nil, usage: .zero,
                amount: Yen(Int64(words[4])!),
                credit: Int64(words[3])!, tax: tax)
        }
        let rate = RateKey(plan: plan, price: try! UnitPrice(decimal: words[3]), basis: PriceBasis(rawValue: words[4])!)
        let seconds = Int64(words[5])!
        return Line(
            lineClass: LineClass(rawValue: words[0])!, chargeMonth: month, plan: plan, rate: rate,
            usage: Usage(seconds: seconds, shortfallSeconds: 0, gpuSecondThousandths: seconds * 1_000),
            amount: Yen(Int64(words[6])!), tax: tax)
    }

    /// The lines, then `G T payable`; `nothing` when there is no document; then months that mix bases and that wait.
    static func told(
        _ usage: [String], issued: [String] = [], credits: [String] = [], minimum: Int64 = 1
    ) -> [String] {
        let parts = usage.map(Self.usage)
        let lines = issued.map(Self.issued)
        let months = Set(parts.map(\.month) + lines.map(\.chargeMonth)).filter { $0 < period }.sorted()
        let granted = credits.enumerated().map { index, text in
            SetUpFixtures.credit(text, position: Int64(index + 7)).credit
        }
        var rules = BillingRules.standard
        rules.invoiceMinimumYen = minimum
        let closed = closeAccount(
            AccountUsage(account: acme, period: period, usage: parts, months: months, issued: lines, credits: granted),
            rules: rules)
        var told = closed.lines.map(line)
        told.append(closed.totals.map { "\($0.total) \($0.tax) \($0.payable)" } ?? "nothing")
        if !closed.mixedMonths.isEmpty { told.append("mixed \(list(closed.mixedMonths))") }
        if !closed.unsettledMonths.isEmpty { told.append("waits \(list(closed.unsettledMonths))") }
        return told
    }

    /// `usage 2017-11 v100 0.5 gpu 3600 1800`, `credit 2017-11 v100 7 -500`.
    private static func line(_ line: Line) -> String {
        let head = "\(line.lineClass.rawValue) \(line.chargeMonth) \(line.plan)"
        guard let rate = line.rate else { return "\(head) \(line.credit ?? 0) \(line.amount)" }
        let short = line.usage.shortfallSeconds > 0 ? " short=\(line.usage.shortfallSeconds)" : ""
        return "\(head) \(rate.price) \(rate.basis.rawValue) \(line.unitsText) \(line.amount)\(short)"
    }

    private static func list(_ months: [BillingPeriod]) -> String { months.map(\.description).joined(separator: ",") }

    private static func value(_ key: String, _ words: [String]) -> String? {
        words.first { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
    }
}
