import Billing
import CCairo
import Documents
import Units

/// Prints sheets as PDF on A4: the same sheet, printed twice, is the same bytes. A printer is used by one thread at a
/// time; each thread has its own.
public final class InvoicePrinter {
    /// The look that this program draws. A change that can be seen is a new template.
    public static let template = PrintTemplate.current.number

    /// Error: `template_unknown`, rather than a page that looks different from the one sent before.
    public static func check(_ asked: PrintTemplate) throws(PrintError) {
        guard asked.number != template || asked.fonts != PrintTemplate.current.fonts else { return }
        throw PrintError(
            .templateUnknown,
            "the document was issued with template \(asked.number) (\(asked.fonts.joined(separator: ", "))), this "
                + "program draws template \(template) (\(PrintTemplate.current.fonts.joined(separator: ", "))); "
                + "print it with the version of kanjo that issued it")
    }

    private let pen: Pen

    public init(fonts: FontSet) { pen = Pen(fonts) }

    /// A sheet as PDF.
    /// - Parameters:
    ///   - day: stands as the file's date of making; `nil` for a preview.
    ///   - keywords: kept in the file, for example the SHA-256 of the stored bytes; ASCII.
    ///
    /// Error: `cannot_print`.
    public func pdf(_ sheet: InvoiceSheet, day: CivilDay?, keywords: String) throws(PrintError) -> [UInt8] {
        let file = PDFFile()
        file.set(CAIRO_PDF_METADATA_TITLE, sheet.number.isEmpty ? sheet.title : "\(sheet.title) \(sheet.number)")
        file.set(CAIRO_PDF_METADATA_AUTHOR, sheet.issuerName)
        file.set(CAIRO_PDF_METADATA_SUBJECT, sheet.usagePeriod)
        file.set(CAIRO_PDF_METADATA_KEYWORDS, keywords)
        file.set(CAIRO_PDF_METADATA_CREATOR, "kanjo template \(Self.template)")
        // Without a date of its own the library writes the time of day.
        file.set(CAIRO_PDF_METADATA_CREATE_DATE, "\(day ?? .first)T00:00:00+09:00")
        pen.draw(on: file.cairo)
        let pages = SheetPages(sheet, pen)
        for index in 0..<pages.count {
            pages.draw(index)
            file.endPage()
        }
        return try file.finish()
    }
}
