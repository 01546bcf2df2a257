import Billing
import Documents
import Store
import Units

#if canImport(Glibc)
    import Glibc
#endif

/// In which form documents are written to files.
public enum ExportFormat: String, Sendable, CaseIterable {
    /// The stored bytes themselves, whose SHA-256 is in the log.
    case json
    case text
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
    /// at all. A file of that name is replaced. Returns the paths. Errors: `not_found`, `cannot_write_file`.
    public func export(
        _ numbers: [DocumentNumber], to folder: String, as format: ExportFormat,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> [String] {
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
            throw ServiceError(
                .cannotWriteFile, "the folder \(folder) can't be made: \(String(cString: strerror(errno)))")
        }
        var paths: [String] = []
        for (index, number) in numbers.enumerated() {
            let (invoice, document, bytes) = try invoice(number)
            let path = "\(folder)/\(number.text).\(format == .json ? "json" : "txt")"
            let file = try OutputFile(path: path)
            switch format {
            case .json: try file.write(bytes)
            case .text: try file.write(Array(InvoiceText.text(invoice, sha256: document.sha256).utf8))
            }
            try file.finish()
            paths.append(path)
            progress(index + 1, numbers.count)
        }
        return paths
    }
}
