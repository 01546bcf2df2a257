import Billing
import Documents
import Foundation
import Store
import Synchronization
import Units

#if canImport(Glibc)
    import Glibc
#endif

/// In which form documents are written to files.
public enum ExportFormat: String, Sendable, CaseIterable {
    /// The stored bytes themselves, whose SHA-256 is in the log.
    case json
    case text
    case html
    case pdf
    /// E-invoice: JP PINT.
    case xml

    var fileExtension: String { self == .text ? "txt" : rawValue }
}

/// What an export has written, in the order asked for.
public struct ExportedFiles: Sendable {
    /// All files, those that were there before too.
    public let paths: [String]
    /// How many were there before, whole and of the same documents.
    public let kept: Int
    /// Documents that can't take this form, each with why and what to do; the others are written all the same.
    public let refused: [(number: DocumentNumber, reason: String)]
}

extension LedgerService {
    /// An issued document read back from its stored bytes. Errors: `not_found`, `database_corrupt`.
    public func invoice(_ number: DocumentNumber) throws -> (invoice: Invoice, document: IssuedDocument, bytes: [UInt8])
    {
        let (document, bytes) = try store.document(number)
        guard let invoice = Invoice(bytes: bytes) else {
            throw StoreError(.corrupt, "document \(number) can't be read; run verify")
        }
        return (invoice, document, bytes)
    }

    /// Writes documents into a folder, which is made if it is missing: one file each, named by its number, whole or not
    /// at all, on all processors. A file of that name is replaced, but a PDF that already is this document's stays, so
    /// that an export that was stopped goes on where it was. A document that can't be an e-invoice is told in
    /// `refused` and doesn't stop the others. Errors: `not_found`, `cannot_write_file`, for PDF
    /// `fonts_missing`, `fonts_differ` and `cannot_print`.
    public func export(
        _ numbers: [DocumentNumber], to folder: String, as format: ExportFormat,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> ExportedFiles {
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
            throw ServiceError(
                .cannotWriteFile, "the folder \(folder) can't be made: \(String(cString: strerror(errno)))")
        }
        var paths: [String] = [], kept = 0
        var refused: [(number: DocumentNumber, reason: String)] = []
        // The database is read on this thread, pages are drawn and written on all.
        for first in stride(from: 0, to: numbers.count, by: Self.documentsAtOnce) {
            let files = try numbers[first..<min(first + Self.documentsAtOnce, numbers.count)].map { number in
                let (invoice, document, bytes) = try invoice(number)
                return DocumentFile(
                    invoice: invoice, sha256: document.sha256, bytes: bytes,
                    template: try store.printTemplate(of: document),
                    path: "\(folder)/\(number.text).\(format.fileExtension)")
            }
            let outcomes = Mutex([Int: Result<Bool, any Error>]())
            DispatchQueue.concurrentPerform(iterations: files.count) { index in
                let outcome = Result { try files[index].write(as: format) }
                outcomes.withLock { $0[index] = outcome }
            }
            for (index, file) in files.enumerated() {
                do {
                    if let isNew = try outcomes.withLock({ $0[index] })?.get(), !isNew { kept += 1 }
                    paths.append(file.path)
                } catch let error as PeppolError {
                    refused.append((numbers[first + index], "\(error)"))
                }
            }
            progress(paths.count + refused.count, numbers.count)
        }
        return ExportedFiles(paths: paths, kept: kept, refused: refused)
    }

    private static let documentsAtOnce = 32
}

/// One file of an export.
private struct DocumentFile: Sendable {
    let invoice: Invoice
    let sha256: [UInt8]
    let bytes: [UInt8]
    let template: PrintTemplate
    let path: String

    /// Returns whether it was written.
    func write(as format: ExportFormat) throws -> Bool {
        if format == .pdf, let known = FileManager.default.contents(atPath: path),
            PrintedInvoice.isPDF(Array(known), sha256: sha256)
        {
            return false
        }
        let content = try content(format)
        let file = try OutputFile(path: path)
        try file.write(content)
        try file.finish()
        return true
    }

    private func content(_ format: ExportFormat) throws -> [UInt8] {
        switch format {
        case .json: bytes
        case .text: Array(InvoiceText.text(invoice, sha256: sha256).utf8)
        case .html: Array(InvoicePage.html(InvoiceSheet(invoice, sha256: sha256)).utf8)
        case .xml: Array(try PeppolInvoice.xml(invoice).utf8)
        case .pdf: try PrintedInvoice.pdf(invoice, sha256: sha256, template: template)
        }
    }
}
