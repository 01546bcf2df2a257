import Feeds
import Foundation
import Scheduling
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
        archive: [UInt8], output: String, canceled: Bool = false, filesFolder: String? = nil,
        _ change: (inout SchedulerSettings) -> Void = { _ in },
        _ body: (SchedulerLedger, TaskID) async throws -> Void
    ) async throws {
        let test = try await SchedulerLedger(filesFolder: filesFolder)
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

    @Test(arguments: [(false, nil), (true, nil), (false, "my files/成果 100%/é+#?")] as [(Bool, String?)])
    func folderAndOutputAreKept(canceled: Bool, filesFolder: String?) async throws {
        let archive = Self.tar(String(repeating: "words ", count: 50_000))
        try await Self.run(archive: archive, output: "hello\n", canceled: canceled, filesFolder: filesFolder) {
            test, id in
            let name = filesFolder.map { "/\($0)/" } ?? "/ledger.db.files/"
            #expect(test.ledger.files?.path(.artifact, of: id).hasSuffix("\(name)\(id).tar.gz") == true)
            let files = try #require(test.ledger.files), artifact = try #require(try await test.task(id).artifact)
            #expect(try Self.inflated(files.path(.artifact, of: id)) == archive)
            let size = try FileManager.default.attributesOfItem(atPath: files.path(.artifact, of: id))[.size] as? Int64
            #expect(size == artifact.sizeBytes)
            #expect(FileManager.default.contents(atPath: files.path(.output, of: id)) == Data("hello\n".utf8))
            let hasOutput = try await test.ledger.readers.read {
                try $0.store.hasOutput(of: id, account: SchedulerLedger.account, now: $0.environment.now())
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
            let task = try await test.task(id)
            #expect(task.artifact == nil && task.status == .done)
            #expect(
                task.errorMessage == "its artifact has more than \(archive.count - 1) bytes and isn't kept")
            #expect(try FileManager.default.contentsOfDirectory(atPath: files.folder.path()).count == 1)
            let kept = try #require(FileManager.default.contents(atPath: files.path(.output, of: id)))
            #expect(String(decoding: kept, as: UTF8.self) == "xxxxxxxxxx\n… cut after 10 bytes\n")
        }
    }

    @Test(arguments: [(1, "あ"), (2, "あ"), (3, "あいう"), (4, "あいう"), (5, "aé😀"), (6, "aé😀"), (7, "aé😀z")])
    func aCutNeverSplitsACharacter(bytes: Int64, text: String) async throws {
        try await Self.run(archive: Self.tar(nil), output: text + "xxxxxxxx") {
            $0.output.outputBytes = bytes
        } _: {
            test, id in
            let files = try #require(test.ledger.files)
            let kept = try #require(FileManager.default.contents(atPath: files.path(.output, of: id)))
            let words = try #require(String(bytes: kept, encoding: .utf8))
            let beginning = try #require(words.split(separator: "\n", omittingEmptySubsequences: false).first)
            #expect(text.hasPrefix(beginning) && beginning.utf8.count > Int(bytes) - 4)
        }
    }

    @Test func anOutputIsKeptForItsDays() async throws {
        try await Self.run(archive: Self.tar(nil), output: "hello") {
            $0.output.outputDays = 30
        } _: { test, id in
            let files = try #require(test.ledger.files)
            let expiry = FileExpiry(ledger: test.ledger, logger: test.logger)
            for (milliseconds, isThere) in [(30 * 86_400_000 - 1, true), (1, false)] as [(Int64, Bool)] {
                test.advance(milliseconds: milliseconds)
                try await expiry.removeExpired()
                #expect(FileManager.default.fileExists(atPath: files.path(.output, of: id)) == isThere)
                #expect(try await Self.isKept(.output, id, test) == isThere)
            }
        }
    }

    @Test func aDeletedTasksFilesAreGone() async throws {
        try await Self.run(archive: Self.tar("words"), output: "hello") { test, id in
            let files = try #require(test.ledger.files), now = test.now
            let artifact = try #require(try await test.task(id).artifact)
            try await test.delete(id)
            for kind in TaskFiles.Kind.allCases { #expect(try await !Self.isKept(kind, id, test)) }
            let (listed, one) = try await test.ledger.readers.read { service in
                (
                    try service.store.artifacts(
                        of: SchedulerLedger.account, task: nil, offset: 0, limit: 10, now: now
                    ).rows,
                    try service.store.artifact(artifact.id, of: SchedulerLedger.account, now: now)
                )
            }
            #expect(listed.isEmpty && one == nil)
            try await FileExpiry(ledger: test.ledger, logger: test.logger).removeExpired()
            #expect(try FileManager.default.contentsOfDirectory(atPath: files.folder.path()) == [])
        }
    }

    /// Deleted between its end and the fetching of its files.
    @Test func filesThatComeAfterTheDeletionAreGoneToo() async throws {
        let test = try await SchedulerLedger()
        defer { test.close() }
        let keeper = test.keeper(), id = try await test.submit(SimulatedImage.running(milliseconds: 1_000))
        try await test.settle(test.scheduler(), keeper)
        test.engine.leave(archive: Self.tar("words"), logs: Array("hello".utf8), of: "kanjo-\(id)-1")
        test.advance(milliseconds: 2_000)
        var ended = try #require(try await test.containers().first)
        let state = try await test.engine.state(ended.name)
        ended.phase = .ended
        let event = try keeper.events(ended).stopped(try #require(state.finishedAt), ContainerEnding(exitCode: 0))
        try await keeper.record([event], ended)
        try await test.delete(id)
        try await test.settle(test.scheduler(), keeper)
        #expect(try await test.containers().isEmpty)
        for kind in TaskFiles.Kind.allCases { #expect(try await !Self.isKept(kind, id, test)) }
        try await FileExpiry(ledger: test.ledger, logger: test.logger).removeExpired()
        let files = try #require(test.ledger.files)
        #expect(try FileManager.default.contentsOfDirectory(atPath: files.folder.path()) == [])
    }

    private static func isKept(_ kind: TaskFiles.Kind, _ id: TaskID, _ test: SchedulerLedger) async throws -> Bool {
        let now = test.now
        return try await test.ledger.readers.read {
            try $0.store.keeps(artifact: kind == .artifact, of: id, now: now)
        }
    }

    @Test func afterThreeDaysFileAndRowAreGone() async throws {
        try await Self.run(archive: Self.tar("words"), output: "") { test, id in
            let files = try #require(test.ledger.files),
                expiry = FileExpiry(ledger: test.ledger, logger: test.logger)
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
