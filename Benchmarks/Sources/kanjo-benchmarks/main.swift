import Foundation

// `kanjo-benchmarks step NAME key=value …` measures one thing; `kanjo-benchmarks run key=value …` measures the parts
// and prints the table.
let words = CommandLine.arguments.dropFirst()
do {
    switch words.first {
    case "step":
        guard let name = words.dropFirst().first, let step = Step(rawValue: name) else { throw BenchmarkError("no such step") }
        try step.run(Arguments(words.dropFirst(2)))
    case "run":
        let arguments = try Arguments(words.dropFirst())
        let measuring = Measuring(sizes: try Sizes(arguments))
        let parts = try arguments.text("parts").split(separator: ",").map { name in
            guard let part = Part(rawValue: String(name)) else {
                throw BenchmarkError("there is no part '\(name)': \(Part.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return part
        }
        let rows = try parts.flatMap(measuring.measure)
        print("| work | ours | baseline in the same run | ratio | reach |\n| --- | --- | --- | --- | --- |")
        for row in rows { print("| \(row.work) | \(row.ours) | \(row.baseline) | \(row.ratio) | \(row.reach) |") }
    default: throw BenchmarkError("use scripts/bench")
    }
} catch {
    log("\(error)")
    exit(1)
}
