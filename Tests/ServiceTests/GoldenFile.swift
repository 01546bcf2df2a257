import Foundation
import Testing

/// A text of `Golden/` that an answer must equal. With `KANJO_WRITE_GOLDEN=1` the file is written instead: look at the
/// difference in git.
func expectGolden(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
    if ProcessInfo.processInfo.environment["KANJO_WRITE_GOLDEN"] == "1" {
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return
    }
    let expected = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    #expect(text == expected, "differs from Golden/\(name)", sourceLocation: sourceLocation)
}
