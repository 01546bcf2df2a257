import ContainerEngine
import Feeds
import Logging
import Store
import UsageLedger
import Units

/// How much is kept of what tasks leave behind, and for how long.
public struct OutputLimits: Sendable {
    public var artifactBytes: Int64 = 20 << 30
    public var artifactHours: Int64 = 72
    public var outputBytes: Int64 = 64 << 20
    /// A quarter of a year: as long as people ask about an invoice.
    public var outputDays: Int64 = 90

    public init() {}
}

/// Fetches what a container has written and left behind after its end, as a stream, before it is removed. Done again
/// after a crash, it makes the same files in the same places.
struct OutputCollector: Sendable {
    let ledger: ServedLedger
    let limits: OutputLimits
    let logger: Logger

    /// Errors: those of the engine but for what isn't there; `cannot_write_file`.
    func collect(_ container: KeptContainer, _ host: any ContainerHost) async throws {
        guard let files = ledger.files, container.startedAt != nil else { return }
        guard let outputBytes = try await collectOutput(container, host, files) else { return }
        let isTooLarge = try await collectArtifact(container, host, files)
        try await noteOutput(
            container, outputBytes,
            message: isTooLarge ? "its artifact has more than \(limits.artifactBytes) bytes and isn't kept" : "")
    }

    /// The file's length; `nil` when the container isn't there.
    private func collectOutput(
        _ container: KeptContainer, _ host: any ContainerHost, _ files: TaskFiles
    ) async throws -> Int64? {
        guard let frames = try await frames(container, host) else { return nil }
        let output = OutputWriter(try files.begin(.output, of: container.task), limitBytes: limits.outputBytes)
        try await output.take(frames)
        return try output.finish()
    }

    /// Whether there is one that is too large to be kept.
    private func collectArtifact(
        _ container: KeptContainer, _ host: any ContainerHost, _ files: TaskFiles
    ) async throws -> Bool {
        guard let parts = try await parts(container, host) else { return false }
        let artifact = ArtifactWriter(
            try files.begin(.artifact, of: container.task), limitBytes: limits.artifactBytes)
        try await artifact.take(parts)
        if let size = try artifact.finish() { try await noteArtifact(container, size) }
        if artifact.isTooLarge {
            logger.warning("an artifact is too large and isn't kept", metadata: ["task": "\(container.task)"])
        }
        return artifact.isTooLarge
    }

    private func noteOutput(_ container: KeptContainer, _ sizeBytes: Int64, message: String) async throws {
        let lifetime = limits.outputDays * 86_400_000_000_000
        try await ledger.writer.perform { service in
            let now = service.environment.now()
            try service.store.addOutput(
                of: container.task, account: container.account, sizeBytes: sizeBytes, at: now,
                expiresAt: now.advanced(byNanoseconds: lifetime), message: message)
        }
    }

    private func noteArtifact(_ container: KeptContainer, _ sizeBytes: Int64) async throws {
        let lifetime = limits.artifactHours * 3_600_000_000_000
        try await ledger.writer.perform { service in
            let now = service.environment.now()
            try service.store.add(
                Artifact(
                    id: service.environment.makeID(), task: container.task, createdAt: now,
                    expiresAt: now.advanced(byNanoseconds: lifetime), sizeBytes: sizeBytes),
                of: container.account)
        }
    }

    /// `nil` when the container isn't there.
    private func frames(
        _ container: KeptContainer, _ host: any ContainerHost
    ) async throws -> AsyncThrowingStream<LogFrame, any Error>? {
        do {
            return try await host.logs(container.name, follow: false)
        } catch {
            if error.code == .noSuchContainer { return nil }
            throw error
        }
    }

    /// `nil` when container or folder isn't there.
    private func parts(
        _ container: KeptContainer, _ host: any ContainerHost
    ) async throws -> AsyncThrowingStream<[UInt8], any Error>? {
        do {
            return try await host.archive(container.name, path: TaskFolders.artifact)
        } catch {
            if [.noSuchContainer, .noSuchPath].contains(error.code) { return nil }
            throw error
        }
    }
}

/// A task's output as it comes, cut after a limit.
private final class OutputWriter {
    private let file: PartialFile
    private let limitBytes: Int64

    init(_ file: PartialFile, limitBytes: Int64) {
        self.file = file
        self.limitBytes = limitBytes
    }

    deinit { file.close() }

    func take(_ frames: AsyncThrowingStream<LogFrame, any Error>) async throws {
        for try await frame in frames {
            guard try add(frame.bytes) else { return }
        }
    }

    /// `false`: it is cut here.
    private func add(_ bytes: [UInt8]) throws -> Bool {
        let room = limitBytes - file.bytes
        guard Int64(bytes.count) > room else {
            try file.append(bytes)
            return true
        }
        let kept = Self.wholeCharacters(bytes.prefix(Int(room)))
        try file.append(kept + Array("\n… cut after \(limitBytes) bytes\n".utf8))
        return false
    }

    /// Without the beginning of a character of UTF-8 that was cut at the end.
    private static func wholeCharacters(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        guard let lead = bytes.suffix(4).lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return Array(bytes) }
        let length = bytes[lead] >= 0xF0 ? 4 : bytes[lead] >= 0xE0 ? 3 : bytes[lead] >= 0xC0 ? 2 : 1
        return Array(bytes.endIndex - lead < length ? bytes[..<lead] : bytes)
    }

    /// The file's length.
    func finish() throws -> Int64 {
        try file.keep()
        return file.bytes
    }
}

/// A task's folder as it comes, as `tar.gz`.
private final class ArtifactWriter {
    private let file: PartialFile
    private let limitBytes: Int64
    private let gzip = GzipWriter()
    private var scan = TarScan()
    private var bytes: Int64 = 0
    private(set) var isTooLarge = false

    init(_ file: PartialFile, limitBytes: Int64) {
        self.file = file
        self.limitBytes = limitBytes
    }

    deinit { file.close() }

    func take(_ parts: AsyncThrowingStream<[UInt8], any Error>) async throws {
        for try await part in parts {
            guard try add(part) else { return }
        }
    }

    /// `false`: it is too large, and not kept.
    private func add(_ part: [UInt8]) throws -> Bool {
        bytes += Int64(part.count)
        guard bytes <= limitBytes else {
            isTooLarge = true
            return false
        }
        scan.feed(part)
        try gzip.add(part, file.write)
        return true
    }

    /// The file's length; `nil` when there is nothing to keep.
    func finish() throws -> Int64? {
        guard !isTooLarge, scan.hasFiles else { return nil }
        try gzip.finish(file.write)
        try file.keep()
        return file.bytes
    }
}
