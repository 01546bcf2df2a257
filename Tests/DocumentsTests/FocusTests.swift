import Billing
import TestSupport
import Testing
import UsageLedger
import Units

@testable import Documents

/// The cost and usage dataset of single documents, held by golden files.
@Suite struct FocusTests {
    private static let samples: [(String, InvoiceSample)] = {
        var rare = InvoiceSample([InvoiceSample.usage(90_061, plan: "v100", name: "=1+1")])
        rare.recipientName = "=髙﨑𠮷野家電ホールディングス株式会社, 東日本\"計算\"基盤統括本部"
        var exclusive = InvoiceSample([InvoiceSample.usage(63_063), InvoiceSample.credit(-500)])
        exclusive.basis = "exclusive"
        var abroad = InvoiceSample([InvoiceSample.usage(63_063)])
        abroad.country = "US"
        return [
            ("classes", InvoiceSample(InvoiceSample.everyClass)), ("rare-names", rare), ("exclusive", exclusive),
            ("no-tax", abroad), ("return", .returned), ("reissue", .reissued),
            ("many", InvoiceSample((1...200).map { InvoiceSample.usage(Int64($0) * 1003, plan: "p\($0)") })),
        ]
    }()

    /// Each line of use as one run of one day.
    private static func document(_ invoice: Invoice) throws -> FocusDocument {
        let task = try TaskID("task-1"), gpus = try GPUQuantity(decimal: "1")
        return FocusDocument(
            invoice: invoice,
            lines: invoice.lines.enumerated().map { index, line in
                let day = line.chargeMonth.firstDay
                let slice = Slice(
                    day: day, seconds: line.usage.seconds - line.usage.shortfallSeconds,
                    shortfallSeconds: line.usage.shortfallSeconds)
                let part = FocusDocument.Part(
                    task: task, attempt: 1, slice: slice, gpus: gpus, priceRow: 4, listPrice: line.rate?.price,
                    tags: ["b", "=a"])
                return FocusDocument.ExplainedLine(
                    index: index + 1, line: line, parts: line.difference == nil && line.rate != nil ? [part] : [])
            })
    }

    @Test(arguments: samples.indices)
    func rowsAddUpToWhatIsPaid(_ index: Int) throws {
        let (name, sample) = Self.samples[index]
        let document = try Self.document(sample.invoice), rows = document.rows
        let sum = rows.reduce(ExactYen.zero) { $0 + $1.billed }
        #expect(sum == ExactYen(document.invoice.totals.payable), "\(name)")
        let tax = rows.filter { $0.category == .tax }.reduce(ExactYen.zero) { $0 + $1.billed }
        #expect(tax == ExactYen(document.invoice.totals.tax), "\(name)")
        let text = FocusListing.header + FocusListing.csv(document)
        #expect(Golden.difference(text, "focus-\(name).csv", besides: #filePath) == nil)
    }
}
