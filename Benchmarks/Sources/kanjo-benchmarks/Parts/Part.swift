import Foundation

/// What can be asked for by name.
enum Part: String, CaseIterable {
    case ingest, month, draft, issue, print, verify
}

/// One row of the table.
struct Measured {
    let work: String
    let ours: String
    let baseline: String
    let ratio: String
    let reach: String
}

/// Sizes, places and the seed of one run of the benchmarks.
struct Sizes {
    let sample: String
    let schema: String
    /// Holds the compiled baselines.
    let baselines: String
    let python: String
    /// Databases and feeds; emptied afterwards.
    let folder: String
    let seed: Int
    let runs: Int
    let accounts: Int
    let ingestedRuns: Int
    /// The sample's 12 tenants, and as many as would have the sample's 355 jobs each.
    var ingestedAccounts: [Int] { [12, max(12, ingestedRuns * 12 / 4263)] }
    let repeats: Int

    init(_ arguments: Arguments) throws {
        sample = try arguments.text("sample")
        schema = try arguments.text("schema")
        baselines = try arguments.text("baselines")
        python = try arguments.text("python")
        folder = try arguments.text("folder")
        seed = try arguments.integer("seed")
        repeats = try arguments.integer("repeats")
        let share = try arguments.text("scale")
        guard let scale = Double(share), scale > 0, scale <= 1 else { throw BenchmarkError("scale \(share) isn't in 0 … 1") }
        runs = Int(10_000_000 * scale)
        accounts = Int(100_000 * scale)
        ingestedRuns = try arguments.integer("ingested_runs")
    }

    func file(_ name: String) -> String { folder + "/" + name }

    func workload(runs: Int, accounts: Int) -> [String: any CustomStringConvertible] {
        ["sample": sample, "seed": seed, "runs": runs, "accounts": accounts]
    }

    func remove(_ name: String) {
        for tail in ["", "-wal", "-shm", "-lock"] { unlink(file(name) + tail) }
    }
}

/// `1234567` → `1,234,567`.
func grouped(_ number: Int) -> String {
    let digits = String(number)
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
        text.append(digit)
    }
    return text
}

/// A word of progress for whoever waits.
func log(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

func decimal(_ number: Double, _ places: Int = 2) -> String { String(format: "%.\(places)f", number) }
