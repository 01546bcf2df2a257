import Billing
import Documents
import Print
import Store
import Units

/// An issued document in the forms that people read, made from its stored bytes.
public enum PrintedInvoice {
    /// The printed page: the same bytes every time.
    /// - Parameter template: the look that it was issued with.
    ///
    /// Errors: `template_unknown`, `fonts_missing`, `fonts_differ`, `cannot_print`.
    public static func pdf(_ invoice: Invoice, sha256: [UInt8], template: PrintTemplate) throws -> [UInt8] {
        try InvoicePrinter.check(template)
        return try PrinterPool.shared.pdf(
            InvoiceSheet(invoice, sha256: sha256), day: invoice.issueDay, keywords: keywords(sha256))
    }

    /// Whether a file is the whole page of that document, printed by this template.
    static func isPDF(_ bytes: [UInt8], sha256: [UInt8]) -> Bool {
        let end = Array("%%EOF\n".utf8), mark = Array(keywords(sha256).utf8)
        return bytes.suffix(end.count).elementsEqual(end) && bytes.firstRange(of: mark) != nil
    }

    private static func keywords(_ sha256: [UInt8]) -> String {
        "sha256:\(Digits.hexadecimal(sha256)) template:\(InvoicePrinter.template)"
    }
}
