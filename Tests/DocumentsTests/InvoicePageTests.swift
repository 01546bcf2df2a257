import Documents
import TestSupport
import Testing

/// The page for a browser, held by a golden file.
@Suite struct InvoicePageTests {
    @Test func everyClassOfLineIsShown() {
        let page = InvoicePage.html(InvoiceSheet(InvoiceSample(InvoiceSample.everyClass).invoice))
        #expect(Golden.difference(page, "invoice-classes.html", besides: #filePath) == nil)
    }

    @Test func aReturnAndACorrectedInvoiceNameTheirOriginal() {
        for (name, sample) in [("return", InvoiceSample.returned), ("reissue", .reissued)] {
            let page = InvoicePage.html(InvoiceSheet(sample.invoice)), text = InvoiceText.text(sample.invoice)
            #expect(Golden.difference(page, "invoice-\(name).html", besides: #filePath) == nil)
            #expect(Golden.difference(text, "document-\(name).txt", besides: #filePath) == nil)
        }
    }

    @Test func hostileNamesAreOnlyText() {
        let hostile = #"<script>alert("1")</script>&'{{total}}{{{style}}}"# + "\u{1B}[31m"
        let plan = "<img src=x onerror=alert(1)>"
        var sample = InvoiceSample([InvoiceSample.usage(100_000, name: plan)])
        sample.recipientName = hostile
        sample.recipientAddress = hostile
        let page = InvoicePage.html(InvoiceSheet(sample.invoice))
        #expect(!page.contains("<script") && !page.contains("<img") && !page.contains("\u{1B}"))
        #expect(page.contains("&lt;script&gt;") && page.contains("{{total}}") && page.contains("&lt;img src=x"))
    }
}
