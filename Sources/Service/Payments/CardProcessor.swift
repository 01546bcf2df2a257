import Billing
import Documents
import Feeds
import Foundation
import Units

/// Who charges cards: the one seam to the outside. A processor must know a charge by its id and charge it once,
/// however often it is handed over.
public protocol CardProcessor {
    /// Hands charges over. Errors: those of the processor; nothing is lost by a second try.
    func submit(_ charges: [(charge: CardCharge, token: CardToken)]) throws

    /// What has become of charges, in any order, answers that are known too. Where one can't be read, why.
    func outcomes() throws -> [Result<CardOutcome, any Error>]
}

/// A processor that takes and gives files in a folder, for batch payment services: `charges.csv` is what we ask for
/// now, each `results*.csv` what it answered.
public struct FileCardProcessor: CardProcessor {
    private let folder: String

    public init(folder: String) { self.folder = folder }

    /// Replaces `charges.csv`, whole or not at all. Only the owner may read it. Error: `cannot_write_file`.
    public func submit(_ charges: [(charge: CardCharge, token: CardToken)]) throws {
        let file = try OutputFile(path: folder + "/charges.csv", isPrivate: true)
        try file.write(Array(CSVText.row(["charge", "token", "yen", "currency", "invoice"]).utf8))
        for (charge, token) in charges {
            try file.write(
                Array(CSVText.row([charge.id, token.text, "\(charge.yen)", "JPY", charge.number.text]).utf8))
        }
        try file.finish()
    }

    /// In the order of the files' names. Errors: `cannot_open`, `cannot_read`, `invalid_row` for a header.
    public func outcomes() throws -> [Result<CardOutcome, any Error>] {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
            $0.hasPrefix("results") && $0.hasSuffix(".csv")
        }
        return try names.sorted().flatMap { name in
            try CardOutcomes.entries(in: try FileSource(path: folder + "/" + name)).map { entry in
                entry.mapError { $0 as any Error }
            }
        }
    }
}
