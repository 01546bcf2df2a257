import Billing
import UsageLedger
import Units

/// Issued documents as a test wants them, read back from stored bytes as the program does.
public struct InvoiceSample: Sendable {
    public var number = "201711-000001"
    public var recipientName = "株式会社アクメ"
    public var recipientAddress = "東京都渋谷区神宮前1-2-3"
    public var registrationNumber = "T6011001106696"
    public var payment = "bank_transfer"
    public var basis = "inclusive"
    public var kind = "invoice"
    public var revision = 1
    /// Number and day of issue of what it gives back from or replaces.
    public var original: (number: String, day: String)?
    /// Outside Japan there is no rate of tax.
    public var country = "JP"
    /// Each one JSON object.
    public var lines: [String]

    public init(_ lines: [String]) { self.lines = lines }

    /// A usage line of so many seconds at 0.016 yen, whose amount is right.
    public static func usage(_ seconds: Int64, plan: String = "v100", name: String = "V100 (32GB)") -> String {
        rated("usage", seconds: seconds, yen: seconds * 16 / 1000, plan: plan, name: name)
    }

    /// Lines of every class: with a shortfall, carried, less than before, a credit given back and one used.
    public static var everyClass: [String] {
        let settled = """
            "old_seconds":480728,"old_shortfall_seconds":0,"old_gpu_seconds":"480728","new_seconds":437000,\
            "new_shortfall_seconds":0,"new_gpu_seconds":"437000","old_yen":7691,"new_yen":6992,\
            "caused_by":[13001,13002]
            """
        return [
            rated("usage", seconds: 36_570_955, yen: 585_135, shortfall: 25),
            rated("carried", seconds: 800, yen: 12, month: "2017-10"),
            rated("correction", seconds: -43_728, yen: -699, month: "2017-10", more: "," + settled),
            credit(699, month: "2017-10", position: 6), credit(-3000, month: "2017-11", position: 7),
        ]
    }

    /// A line that uses a credit, or gives one back.
    public static func credit(_ yen: Int64, month: String = "2017-11", position: Int64 = 7) -> String {
        """
        {"class":"credit","charge_month":"\(month)","plan":"v100","plan_name":"V100 (32GB)","amount_yen":\(yen),\
        "credit":\(position)}
        """
    }

    /// A line with a price.
    public static func rated(
        _ lineClass: String, seconds: Int64, yen: Int64, shortfall: Int64 = 0, month: String = "2017-11",
        plan: String = "v100", name: String = "V100 (32GB)", more: String = ""
    ) -> String {
        """
        {"class":"\(lineClass)","charge_month":"\(month)","plan":"\(plan)","plan_name":"\(name)","amount_yen":\(yen),\
        "basis":"gpu","unit_price":"0.016","units":"\(seconds)","price_rows":[4],"seconds":\(seconds),\
        "shortfall_seconds":\(shortfall),"gpu_seconds":"\(seconds)"\(more)}
        """
    }

    /// - Precondition: the parts make a document.
    public var invoice: Invoice {
        let text = """
            {"format_version":1,"kind":"\(kind)","revision":\(revision),"number":"\(number)",\
            "period":"2017-11","account":"acme","issue_day":"2017-12-05","log_cut":12817,\
            "event_cut":"2017-11-30T15:00:00.000000000Z","rules":\
            {"grace_hours":72,"invoice_minimum_yen":1,"rules_version":1,"runaway_silence_minutes":60},"issuer":\
            {"address":"東京都千代田区千代田1-1","bank_account":"みほん銀行 本店 普通 1234567 ｶ)ｶﾝｼﾞﾖｳｸﾗｳﾄﾞ",\
            "name":"株式会社勘定クラウド","phone":"03-1234-5678","postal_code":"100-0001","registration_number":\
            "T7000012050002","version":1},"recipient":{"address":\(quoted(recipientAddress)),"department":"研究開発部",\
            "email":"","name":\(quoted(recipientName)),"payment":"\(payment)","postal_code":"150-0001",\
            "registration_number":"\(registrationNumber)","country":"\(country)","version":3},"tax_rate_percent":\
            \(country == "JP" ? "10" : "null"),"lines":[\(lines.joined(separator: ","))],\
            "tax_basis":"\(basis)","total_yen":\(total)\(originalMember)}
            """
        return Invoice(bytes: Array(text.utf8))!
    }

    /// A return of a part of an invoice: less use, one line cut, and a credit that paid for some of it.
    public static var returned: InvoiceSample {
        let difference = """
            "old_seconds":36570955,"old_shortfall_seconds":0,"old_gpu_seconds":"36570955","new_seconds":34570955,\
            "new_shortfall_seconds":0,"new_gpu_seconds":"34570955","old_yen":585135,"new_yen":553135,"caused_by":[13003]
            """
        var sample = InvoiceSample([
            rated("correction", seconds: -2_000_000, yen: -32_000, more: "," + difference),
            rated("correction", seconds: 0, yen: -500, month: "2017-10"), credit(3000, position: 7),
        ])
        (sample.number, sample.kind, sample.original) = ("201711-000012", "return", ("201711-000001", "2017-12-05"))
        return sample
    }

    /// An invoice in place of another, whose recipient was named wrongly.
    public static var reissued: InvoiceSample {
        var sample = InvoiceSample(everyClass)
        (sample.number, sample.revision, sample.original) = ("201711-000013", 2, ("201711-000001", "2017-12-05"))
        sample.recipientName = "株式会社アクメ・ジャパン"
        return sample
    }

    private var originalMember: String {
        original.map { ",\"original\":{\"number\":\"\($0.number)\",\"issue_day\":\"\($0.day)\"}" } ?? ""
    }

    private var total: Int64 {
        lines.reduce(0) { $0 + ((try? JSONValue(parsing: Array($1.utf8)))?["amount_yen"]?.integer ?? 0) }
    }

    private func quoted(_ text: String) -> String { JSONValue.string(text).canonicalText }
}
