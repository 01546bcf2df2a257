import Foundation
import TestSupport

/// A program of the system, run to its end.
enum OutsideProgram {
    struct Run {
        let status: Int32
        let output: String
    }

    /// - Parameter arguments: the program's name first. What it writes to standard output stands in a file.
    static func run(_ arguments: [String], in folder: TestFolder) async throws -> Run {
        let path = folder.write("outside.out", "")
        let status = try await onOwnThread {
            Result {
                let process = Process()
                process.executableURL = URL(filePath: "/usr/bin/env")
                process.arguments = arguments
                process.standardInput = FileHandle.nullDevice
                process.standardOutput = FileHandle(forWritingAtPath: path)
                process.standardError = FileHandle.nullDevice
                try process.run()
                process.waitUntilExit()
                return process.terminationStatus
            }
        }.get()
        return Run(status: status, output: folder.read("outside.out"))
    }
}
