import Documents
import Foundation
import Print
import TestSupport
import Testing
import UsageLedger
import Units

/// What outside programs find in a printed file.
struct PrintedPages {
    static let fonts = Result { try FontSet() }
    static let sha256 = Digest.sha256([])

    let bytes: [UInt8]
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    init(_ sample: InvoiceSample) throws {
        let sheet = InvoiceSheet(sample.invoice, sha256: Self.sha256)
        bytes = try InvoicePrinter(fonts: try Self.fonts.get())
            .pdf(sheet, day: sample.invoice.issueDay, keywords: Digits.hexadecimal(Self.sha256))
    }

    /// What a program says about the file; its messages count too.
    func ask(_ program: String, _ arguments: [String], after: [String] = []) throws -> (status: Int32, text: String) {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("page.pdf"), answer = folder.appendingPathComponent("answer")
        try Data(bytes).write(to: file)
        try Data().write(to: answer)
        let process = Process(), output = try FileHandle(forWritingTo: answer)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments + [file.path] + after
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: try Data(contentsOf: answer), as: UTF8.self))
    }

    /// All text in reading order, without spaces and line breaks.
    func text() throws -> String {
        let (status, text) = try ask("pdftotext", ["-layout", "-enc", "UTF-8"], after: ["-"])
        #expect(status == 0, "\(text)")
        return text
    }

    /// Grey pictures of the pages as `pdftoppm` draws them, by their digests.
    func pictures() throws -> (count: Int, digest: String) {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("page.pdf")
        try Data(bytes).write(to: file)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["pdftoppm", "-gray", "-r", "50", file.path, folder.appendingPathComponent("p").path]
        try process.run()
        process.waitUntilExit()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".pgm") }
        let pixels = try names.sorted().map { Array(try Data(contentsOf: folder.appendingPathComponent($0))) }
        return (names.count, Digits.hexadecimal(Digest.sha256(pixels.flatMap { $0 })))
    }
}
