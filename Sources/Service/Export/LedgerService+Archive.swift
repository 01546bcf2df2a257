import Archive
import Billing
import Documents
import Foundation
import Store
import Units

extension LedgerService {
    /// Writes a ZIP of documents: the stored bytes of each (JSON, whose SHA-256 is in the log), its printed page (PDF)
    /// and `index.csv` with day, amount, counterparty, number, kind, state and hash, as the law on electronic books
    /// asks for (電子帳簿保存法). It appears whole or not at all; the same documents in the same state give the same bytes.
    /// Files stand in a folder beside it until then. Errors: those of `export`, then `cannot_make_archive`,
    /// `cannot_write_file`.
    public func archive(
        _ documents: [IssuedDocument], to path: String,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        let folder = path + ".\(getpid()).tmp"
        try? FileManager.default.removeItem(atPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let numbers = documents.map(\.number)
        let originals = try export(numbers, to: folder, as: .json)
        let pages = try export(numbers, to: folder, as: .pdf, progress: progress)
        let index = folder + "/index.csv"
        let file = try OutputFile(path: index)
        try file.write([0xEF, 0xBB, 0xBF] + Array(try archiveIndex(documents).csv.utf8))
        try file.finish()
        var entries: [ZIPArchive.Entry] = []
        for (document, paths) in zip(documents, zip(originals.paths, pages.paths)) {
            entries.append(.init(name: "\(document.number).json", path: paths.0, day: document.issueDay))
            entries.append(.init(name: "\(document.number).pdf", path: paths.1, day: document.issueDay))
        }
        let day = documents.map(\.issueDay).max() ?? CivilDay(number: 0)
        entries.insert(.init(name: "index.csv", path: index, day: day), at: 0)
        try ZIPArchive.write(entries, to: folder + "/archive.zip")
        guard rename(folder + "/archive.zip", path) == 0 else {
            throw ServiceError(
                .cannotWriteFile, "\(path) can't be written: \(String(cString: strerror(errno))); choose another name")
        }
    }

    private func archiveIndex(_ documents: [IssuedDocument]) throws -> Listing {
        Listing(
            [
                .text("issue_day"), .number("amount_yen"), .text("account"), .text("counterparty"), .text("number"),
                .text("period"), .text("kind"), .number("revision"), .text("state"), .text("sha256"),
            ],
            rows: try documents.map { document in
                [
                    .text(document.issueDay.description), .integer(document.amount.amount),
                    .text(document.account.text), .text(try invoice(document.number).invoice.recipient.name),
                    .text(document.number.text), .text(document.period.description), .text(document.kind.rawValue),
                    .integer(document.revision), .text(document.state.rawValue),
                    .text(Digits.hexadecimal(document.sha256)),
                ]
            })
    }
}
