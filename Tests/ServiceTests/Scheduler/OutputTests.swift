import Feeds
import Foundation
import Store
import TestSupport
import Testing
import Units

@testable import Service

/// What a task leaves behind: kept as a file for some time, and gone with its row.
@Suite struct OutputTests {
    /// A tar stream of a folder and, with content, of one file in it.
    private static func tar(_ content: String?) -> [UInt8] {
        func entry(_ name: String, _ kind: Character, _ bytes: [UInt8]) -> [UInt8] {
            var header = [UInt8](repeating: 0, count: 512)
            header.replaceSubrange(0..<name.utf8.count, with: Array(name.utf8))
            let size = String(bytes.count, radix: 8)
            let padded = String(repeating: "0", count: 11 - size.count) + size
            header.replaceSubrange(124..<135, with: Array(padded.utf8))
            header[156] = kind.asciiValue ?? 0
            return header + bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
        }
        let file = content.map { entry("artifact/a.txt", "0", Array($0.utf8)) } ?? []
        return entry("artifact/", "5", []) + file + [UInt8](repeating: 0, count: 1024)
    }

    /// Runs a task that leaves this behind, to its end.
    private static func run(
        archive: [UInt8], output: String, canceled: Bool = false,
        _ change: (inout SchedulerSettings) -> Void = { _ in },
        _ body: (SchedulerLedger, TaskID) async throws -> Void
    ) async throws {
        let test = try await SchedulerLedger()
        defer { test.close() }
        let settings = test.settings(change), scheduler = test.scheduler(settings), keeper = test.keeper(settings)
        let id = try await test.submit(SimulatedImage.running(milliseconds: 5_000))
        try await test.settle(scheduler, keeper)
        test.engine.leave(archive: archive, logs: Array(output.utf8), of: "kanjo-\(id)-1")
        if canceled { try await test.cancel(id) }
        test.advance(milliseconds: 10_000)
        try await test.settle(scheduler, keeper)
        try await body(test, id)
    }

    private static func inflated(_ path: String) throws -> [UInt8] {
        let bytes = try #require(FileManager.default.contents(atPath: path))
        let source = GzipSource(MemorySource(Array(bytes)))
        var found: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try source.read(into: $0) }
            guard count > 0 else { return found }
            found += buffer[..<count]
        }
    }

    @Test(arguments: [false, true]) func folderAndOutputAreKept(canceled: Bool) async throws {
        let archive = Self.tar(String(repeating: "words ", count: 50_000))
        try await Self.run(archive: archive, output: "hello\n", canceled: canceled) { test, id in
            let files = try #require(test.ledger.files), artifact = try #require(try await test.task(id).artifact)
            #expect(try Self.inflated(files.path(.artifact, of: id)) == archive)
            let size = try FileManager.default.attributesOfItem(atPath: files.path(.artifact, of: id))[.size] as? Int64
            #expect(size == artifact.sizeBytes)
            #expect(FileManager.default.contents(atPath: files.path(.output, of: id)) == Data("hello\n".utf8))
            let hasOutput = try await test.ledger.readers.read {
                try $0.store.hasOutput(of: id, account: SchedulerLedger.account)
            }
            #expect(hasOutput)
        }
    }

    @Test func anEmptyFolderLeavesNothing() async throws {
        try await Self.run(archive: Self.tar(nil), output: "") { test, id in
            let files = try #require(test.ledger.files)
            #expect(try await test.task(id).artifact == nil)
            #expect(!FileManager.default.fileExists(atPath: files.path(.artifact, of: id)))
        }
    }

    @Test func whatIsTooLargeIsCutOrNotKept() async throws {
        let archive = Self.tar("much"), output = String(repeating: "x", count: 100)
        try await Self.run(archive: archive, output: output) { settings in
            settings.output.artifactBytes = Int64(archive.count - 1)
            settings.output.outputBytes = 10
        } _: { test, id in
            let files = try #require(test.ledger.files)
            #expect(try await test.task(id).artifact == nil)
            #expect(try FileManager.default.contentsOfDirectory(atPath: files.folder.path()).count == 1)
            let kept = try #require(FileManager.default.contents(atPath: files.path(.output, of: id)))
            #expect(String(decoding: kept, as: UTF8.self) == "xxxxxxxxxx\n… cut after 10 bytes\n")
        }
    }

    @Test func afterThreeDaysFileAndRowAreGone() async throws {
        try await Self.run(archive: Self.tar("words"), output: "") { test, id in
            let files = try #require(test.ledger.files),
                expiry = ArtifactExpiry(ledger: test.ledger, logger: test.logger)
            test.advance(milliseconds: 72 * 3_600_000 - 1)
            try await expiry.removeExpired()
            #expect(try await test.task(id).artifact != nil)
            #expect(FileManager.default.fileExists(atPath: files.path(.artifact, of: id)))
            test.advance(milliseconds: 1)
            #expect(try await test.task(id).artifact == nil)
            try await expiry.removeExpired()
            #expect(!FileManager.default.fileExists(atPath: files.path(.artifact, of: id)))
            let left = try await test.ledger.readers.read { try $0.store.expiredArtifacts(at: .endOfTime) }
            #expect(left.isEmpty)
        }
    }

    @Test func aLinkHoldsForWhatItNamesAndForTenMinutes() async throws {
        let test = try await SchedulerLedger()
        defer { test.close() }
        let secrets = test.ledger.secrets, task = try TaskID("a")
        let link = DownloadLink(.artifact, of: task, filename: "a.tar.gz", expiresAt: 600)
        let other = DownloadLink(.output, of: task, filename: "a.tar.gz", expiresAt: 600)
        let signature = try link.signature(secrets)
        let early = Instant(nanoseconds: 599_999_999_999), late = Instant(nanoseconds: 600_000_000_000)
        try link.check(signature, secrets, now: early)
        #expect(throws: ServiceError.self) { try link.check(signature, secrets, now: late) }
        #expect(throws: ServiceError.self) { try other.check(signature, secrets, now: early) }
        #expect(throws: ServiceError.self) { try link.check("", secrets, now: early) }
    }
}
