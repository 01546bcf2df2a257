import Foundation
import Testing
import UsageLedger

/// Every document, gate, preview and query of generated scenarios equals what the independent oracle computes, to the
/// last unit.
@Suite struct OracleTests {
    static let seed = ProcessInfo.processInfo.environment["KANJO_SEED"] ?? "20171101"
    static let count = ProcessInfo.processInfo.environment["KANJO_SCENARIOS"] ?? "1000"

    @Test func generatedScenariosAgree() throws {
        print("oracle: seed \(Self.seed), \(Self.count) scenarios (KANJO_SEED, KANJO_SCENARIOS)")
        try compare(try oracle(["generate", "--seed", Self.seed, "--count", Self.count]))
    }

    @Test func realMonthAgrees() throws {
        let jobs = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Samples/philly-nov2017/jobs.csv"
        ).standardized
        try compare(try oracle(["sample", "--jobs", jobs.path(percentEncoded: false)]))
    }

    private func compare(_ output: Data) throws {
        var scenarios = 0
        for line in output.split(separator: UInt8(ascii: "\n")) {
            scenarios += 1
            let scenario = try JSONValue(parsing: Array(line))
            let name = scenario["name"]?.string ?? "scenario \(scenarios)"
            if let fault = try firstDifference(scenario) {
                Issue.record("\(name): \(fault)")
                if let folder = ProcessInfo.processInfo.environment["KANJO_KEEP"] {
                    try Data(line).write(to: URL(filePath: folder).appending(path: "\(scenarios).json"))
                }
            }
        }
        #expect(scenarios > 0)
    }

    private func firstDifference(_ scenario: JSONValue) throws -> String? {
        let runner = try ScenarioRunner()
        for (index, step) in scenario["steps"]!.array!.enumerated() {
            let expected = scenario["expected"]!.array![index]
            do {
                let found = try runner.result(of: step)
                guard found != expected else { continue }
                return
                    "step \(index) \(step.canonicalText.prefix(120))\n  oracle \(expected.canonicalText)\n  "
                    + "kanjo  \(found.canonicalText)"
            } catch {
                return "step \(index) \(step.canonicalText.prefix(3000)): \(error)"
            }
        }
        let report = try runner.store.verify()
        return report.checks.first { $0.fault != nil }.map { "verify, \($0.name): \($0.fault ?? "")" }
    }

    private func oracle(_ arguments: [String]) throws -> Data {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Oracle/oracle.py")
            .standardized
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script.path(percentEncoded: false)] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return output
    }
}
