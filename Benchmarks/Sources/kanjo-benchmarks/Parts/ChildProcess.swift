import Foundation

/// Runs programs and reads the `key=value` lines that they print.
enum ChildProcess {
    /// One of our own steps, in a process of its own.
    static func step(_ step: Step, _ arguments: [String: any CustomStringConvertible]) throws -> [String: String] {
        try run(CommandLine.arguments[0], ["step", step.rawValue] + arguments.map { "\($0.key)=\($0.value)" })
    }

    static func run(_ path: String, _ arguments: [String]) throws -> [String: String] {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchmarkError("\(path) \(arguments.joined(separator: " ")) ended with \(process.terminationStatus)")
        }
        return Dictionary(
            output.split(separator: "\n").compactMap { line in
                line.firstIndex(of: "=").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
            }, uniquingKeysWith: { $1 })
    }
}

extension [String: String] {
    func number(_ key: String) throws -> Double {
        guard let value = self[key].flatMap(Double.init) else { throw BenchmarkError("a step told no \(key): \(self)") }
        return value
    }
}
