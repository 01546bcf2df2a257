import Foundation
import Service
import Store

/// Printing issued invoices into a folder, as `kanjo invoice export --format pdf` does.
enum Printing {
    /// Step `print database=… folder=… take=…`: the first documents as PDF, then once more, when all are kept; tells
    /// documents, seconds of both and memory.
    static func step(_ arguments: Arguments) throws {
        let service = LedgerService(store: try LedgerStore(path: arguments.text("database"), mode: .readOnly))
        let take = try arguments.integer("take"), folder = try arguments.text("folder")
        let numbers = try service.store.documents(DocumentSearch()).prefix(take).map(\.number)
        for name in ["seconds", "kept_seconds"] {
            let begin = seconds()
            let files = try service.export(numbers, to: folder, as: .pdf)
            tell(name, seconds() - begin)
            guard files.kept == (name == "seconds" ? 0 : numbers.count) else {
                throw BenchmarkError("\(files.kept) of \(numbers.count) pages were there before")
            }
        }
        tell("documents", numbers.count)
        tell("mebibytes", peakMebibytes())
    }
}
