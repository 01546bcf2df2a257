import Billing
import Feeds
import Store

/// What applying a set-up file has changed, or would change.
public struct AppliedSetUp: Sendable {
    /// One line for people about each change, in order.
    public let changes: [String]
    public let warnings: [SetUpWarning]
    public let isDryRun: Bool
}

extension LedgerService {
    /// Brings the set-up to what a file declares, in one transaction. Applied twice, the second time changes nothing.
    /// Errors: `cannot_open`, `cannot_read`, then `SetUpErrors` with everything that is wrong, by line; nothing is
    /// changed then.
    /// - Parameter path: a file, or `-` for standard input.
    public func apply(setUpFile path: String, by author: Author, dryRun: Bool) throws -> AppliedSetUp {
        try apply(try SetUpFileReader.declaration(in: try Self.bytes(path)), by: author, dryRun: dryRun)
    }

    /// Brings the set-up to what is declared, in one transaction. Applied twice, the second time changes nothing.
    /// Errors: `SetUpErrors` with everything that is wrong; nothing is changed then.
    public func apply(
        _ declaration: SetUpDeclaration, by author: Author, dryRun: Bool = false
    ) throws -> AppliedSetUp {
        let texts = PrintableText(for: declaration)
        let (planned, before) = try store.apply(by: actor(author), dryRun: dryRun) { current, use in
            try plannedChanges(from: current, to: declaration, use: use, unprintable: texts.unprintable)
        }
        return AppliedSetUp(
            changes: summaries(of: planned.changes, from: before), warnings: planned.warnings(after: texts),
            isDryRun: dryRun)
    }

    /// A file's bytes, one more than the longest set-up file at most.
    private static func bytes(_ path: String) throws -> [UInt8] {
        let source = try FileSource(path: path)
        var bytes: [UInt8] = []
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { chunk.deallocate() }
        while bytes.count <= SetUpFileReader.maximumBytes {
            let count = try source.read(into: chunk)
            if count == 0 { break }
            bytes += chunk.prefix(count)
        }
        return bytes
    }
}
