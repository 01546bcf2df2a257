import Billing
import Documents
import Store
import Units

extension LedgerService {
    /// Writes the cost and usage dataset of FOCUS 1.2 for the documents in force: void and replaced ones aren't in it.
    /// The file appears whole or not at all. Returns how many rows it has. Errors: `cannot_encode`,
    /// `cannot_write_file`. O(events of the accounts' tasks), memory of one document.
    public func exportFocus(_ documents: [IssuedDocument], to path: String, encoding: ListingFile.Encoding) throws
        -> Int
    {
        let file = try OutputFile(path: path)
        try file.write(ListingFile.bytes(ofCSV: FocusListing.header, encoding: encoding, isFirst: true))
        var count = 0
        try store.explain(numbers: documents.filter { $0.state == .issued }.map(\.number)) { explanation in
            let document = FocusDocument(explanation)
            try file.write(ListingFile.bytes(ofCSV: FocusListing.csv(document), encoding: encoding, isFirst: false))
            count += FocusListing.count(document)
        }
        try file.finish()
        return count
    }
}

extension FocusDocument {
    init(_ explanation: Explanation) {
        self.init(
            invoice: explanation.invoice,
            lines: explanation.lines.map { line in
                ExplainedLine(
                    index: line.index, line: line.line,
                    parts: line.parts.map {
                        Part(
                            task: $0.task, attempt: $0.attempt, slice: $0.slice, gpus: $0.gpus, priceRow: $0.priceRow,
                            listPrice: $0.listPrice, tags: $0.tags)
                    })
            })
    }
}
