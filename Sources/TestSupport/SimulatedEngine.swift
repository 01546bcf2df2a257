import ContainerEngine
import Synchronization
import Units

/// What a simulated container does, written as its image: `run`, then the milliseconds that it runs and its exit code
/// (`run:90500:0`); `missing`, `private` (wants the login `right`) and `nocommand` never run.
public struct SimulatedImage: Sendable {
    public static func running(milliseconds: Int64, exitCode: Int32 = 0) -> String {
        "run:\(milliseconds):\(exitCode)"
    }

    let nanoseconds: Int64
    let exitCode: Int32

    init?(_ text: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 3, parts[0] == "run", let milliseconds = Int64(parts[1]), let code = Int32(parts[2])
        else { return nil }
        nanoseconds = milliseconds * 1_000_000
        exitCode = code
    }
}

/// An engine without containers: it keeps a book of those that it would have, on a clock that a test moves. A test may
/// have it fail before or after anything that it does.
public final class SimulatedEngine: ContainerHost {
    /// A container's life, kept when it is removed.
    public struct Life: Hashable, Sendable {
        public var state: ContainerState
        public var image: String
        public var environment: [String]
        public var gpus: GPURequest?
        /// How often it was started.
        public var starts = 0
        public var isRemoved = false
        var endsAt: Instant?
    }

    /// Where in a call a test may have it fail.
    public enum Moment: Sendable {
        case before
        case after
    }

    private struct Book {
        var lives: [Life] = []
        var waiters: [Int: (container: String, reply: CheckedContinuation<Void, Never>)] = [:]
        var nextWaiter = 0
        var files: [String: [UInt8]] = [:]
        var logs: [String: [UInt8]] = [:]
        var logins: [RegistryLogin?] = []
        var calls = 0
        var isSilent = false
        var passesOverGPUs = false
    }

    public let name: String
    private let book = Mutex(Book())
    private let now: @Sendable () -> Instant
    private let fails: @Sendable (_ call: String, Moment) -> Bool

    /// - Parameter fails: whether this call breaks off now; then nobody learns what was done.
    public init(
        name: String, now: @escaping @Sendable () -> Instant,
        fails: @escaping @Sendable (_ call: String, Moment) -> Bool = { _, _ in false }
    ) {
        self.name = name
        self.now = now
        self.fails = fails
    }

    /// Every container that there ever was.
    public var lives: [Life] {
        book.withLock { book in
            settle(&book)
            return book.lives
        }
    }

    /// How often it was asked for anything, also while it was silent.
    public var calls: Int { book.withLock(\.calls) }

    /// The login of each pull.
    public var logins: [RegistryLogin?] { book.withLock(\.logins) }

    /// From now on nobody gets an answer, or everybody does again; containers run on.
    public func fallSilent(_ isSilent: Bool = true) { book.withLock { $0.isSilent = isSilent } }

    /// From now on it makes containers without the GPUs that are asked for, as Podman does.
    public func passOverGPUs() { book.withLock { $0.passesOverGPUs = true } }

    /// What a container has at a path, as a tar stream, and what it has written.
    public func leave(archive: [UInt8], logs: [UInt8], of container: String) {
        book.withLock { book in
            book.files[container] = archive
            book.logs[container] = logs
        }
    }

    /// Tells those who wait of the containers that have ended by now.
    public func tick() {
        let ended = book.withLock { book in
            settle(&book)
            let over = book.waiters.filter { _, waiter in
                Self.index(of: waiter.container, in: book).map { book.lives[$0].state.status.hasEnded } ?? true
            }
            for key in over.keys { book.waiters[key] = nil }
            return over.values.map(\.reply)
        }
        for reply in ended { reply.resume() }
    }

    /// Somebody else takes a container away.
    public func removeBehindOurBack(_ container: String) {
        book.withLock { book in
            guard let index = Self.index(of: container, in: book) else { return }
            Self.end(&book.lives[index], at: now(), exitCode: 137)
            book.lives[index].isRemoved = true
        }
    }

    public func ping() async throws(EngineError) { try act("ping") { _ in } }

    public func pull(
        _ image: String, login: RegistryLogin?, progress: @escaping @Sendable (PullProgress) -> Void
    ) async throws(EngineError) {
        try act("pull") { book throws(EngineError) in
            book.logins.append(login)
            progress(PullProgress(status: "Downloading", currentBytes: 1, totalBytes: 2))
            switch image {
            case "missing": throw EngineError(.imageNotFound, "there is no image 'missing'")
            case _ where image.hasSuffix("private") && login?.password != "right":
                throw EngineError(.unauthorized, "the registry wants another login")
            default: break
            }
        }
    }

    public func create(_ container: ContainerSpecification) async throws(EngineError) -> String {
        try act("create") { book throws(EngineError) in
            guard Self.index(of: container.name, in: book) == nil else {
                throw EngineError(.nameInUse, "the name \(container.name) is in use")
            }
            let state = ContainerState(
                id: "id-\(book.lives.count)", name: container.name, labels: container.labels, status: .created,
                gpus: book.passesOverGPUs ? nil : container.gpus)
            book.lives.append(
                Life(
                    state: state, image: container.image, environment: container.environment, gpus: container.gpus))
            return state.id
        }
    }

    public func start(_ id: String) async throws(EngineError) {
        try act("start") { book throws(EngineError) in
            let index = try Self.known(id, book)
            guard book.lives[index].state.status != .running else { return }
            guard book.lives[index].image != "nocommand" else {
                throw EngineError(.commandNotFound, "the image has no such command")
            }
            let instant = now(), image = SimulatedImage(book.lives[index].image)
            book.lives[index].starts += 1
            book.lives[index].state.status = .running
            book.lives[index].state.startedAt = instant
            book.lives[index].state.finishedAt = nil
            book.lives[index].endsAt = image.map { instant.advanced(byNanoseconds: $0.nanoseconds) }
        }
    }

    public func state(_ id: String) async throws(EngineError) -> ContainerState {
        try act("state") { book throws(EngineError) in book.lives[try Self.known(id, book)].state }
    }

    public func containers(label: String) async throws(EngineError) -> [ContainerState] {
        try act("containers") { book in
            book.lives.filter { life in
                !life.isRemoved && life.state.labels.contains { label == $0.key || label == "\($0.key)=\($0.value)" }
            }.map(\.state)
        }
    }

    public func wait(_ id: String) async throws(EngineError) -> ContainerState {
        let key = try act("wait") { book throws(EngineError) in
            _ = try Self.known(id, book)
            book.nextWaiter += 1
            return book.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { reply in
                book.withLock { $0.waiters[key] = (id, reply) }
                if Task.isCancelled { self.giveUp(key) } else { tick() }
            }
        } onCancel: {
            giveUp(key)
        }
        return try await state(id)
    }

    private func giveUp(_ key: Int) { book.withLock { $0.waiters.removeValue(forKey: key) }?.reply.resume() }

    public func stop(_ id: String, graceSeconds: Int) async throws(EngineError) {
        try act("stop") { book throws(EngineError) in
            Self.end(&book.lives[try Self.known(id, book)], at: now(), exitCode: 143)
        }
        tick()
    }

    public func kill(_ id: String, signal: String) async throws(EngineError) {
        try act("kill") { book throws(EngineError) in
            Self.end(&book.lives[try Self.known(id, book)], at: now(), exitCode: 137)
        }
        tick()
    }

    public func remove(_ id: String) async throws(EngineError) {
        try act("remove") { book in
            guard let index = Self.index(of: id, in: book) else { return }
            Self.end(&book.lives[index], at: now(), exitCode: 137)
            book.lives[index].isRemoved = true
        }
    }

    public func logs(_ id: String, follow: Bool) async throws(EngineError) -> AsyncThrowingStream<LogFrame, any Error> {
        let bytes = try act("logs") { book throws(EngineError) in
            book.logs[book.lives[try Self.known(id, book)].state.name] ?? []
        }
        return AsyncThrowingStream { telling in
            if !bytes.isEmpty { telling.yield(LogFrame(stream: .stdout, bytes: bytes)) }
            telling.finish()
        }
    }

    public func archive(
        _ id: String, path: String
    ) async throws(EngineError) -> AsyncThrowingStream<[UInt8], any Error> {
        let bytes = try act("archive") { book throws(EngineError) in
            guard let bytes = book.files[book.lives[try Self.known(id, book)].state.name] else {
                throw EngineError(.noSuchPath, "there is no \(path)")
            }
            return bytes
        }
        return AsyncThrowingStream { telling in
            for start in stride(from: 0, to: bytes.count, by: 1000) {
                telling.yield(Array(bytes[start..<min(start + 1000, bytes.count)]))
            }
            telling.finish()
        }
    }

    /// This machine's loopback, where a test may listen on the port.
    public func address(_ id: String, port: Int) async throws(EngineError) -> ContainerAddress? {
        try act("address") { book throws(EngineError) in
            let state = book.lives[try Self.known(id, book)].state
            guard state.status == .running else { return nil }
            return ContainerAddress(container: state.id, host: "127.0.0.1", port: port)
        }
    }

    /// Does something with the book as it is now; may fail before it or after it.
    private func act<Result: Sendable>(
        _ call: String, _ body: (inout Book) throws(EngineError) -> sending Result
    ) throws(EngineError) -> Result {
        let isSilent = book.withLock { book in
            book.calls += 1
            return book.isSilent
        }
        if fails(call, .before) || isSilent {
            throw EngineError(.unreachable, "\(name) doesn't answer")
        }
        let outcome: Swift.Result<Result, EngineError> = book.withLock { book in
            settle(&book)
            do throws(EngineError) { return .success(try body(&book)) } catch { return .failure(error) }
        }
        if fails(call, .after) { throw EngineError(.unreachable, "\(name) doesn't answer") }
        return try outcome.get()
    }

    /// Ends what has run its time.
    private func settle(_ book: inout Book) {
        let instant = now()
        for index in book.lives.indices {
            guard book.lives[index].state.status == .running, let end = book.lives[index].endsAt, end <= instant
            else { continue }
            Self.end(
                &book.lives[index], at: end, exitCode: SimulatedImage(book.lives[index].image)?.exitCode ?? 0)
        }
    }

    private static func end(_ life: inout Life, at instant: Instant, exitCode: Int32) {
        guard life.state.status == .running else { return }
        life.state.status = .exited
        life.state.finishedAt = instant
        life.state.exitCode = exitCode
    }

    private static func index(of id: String, in book: Book) -> Int? {
        book.lives.firstIndex { !$0.isRemoved && ($0.state.id == id || $0.state.name == id) }
    }

    private static func known(_ id: String, _ book: Book) throws(EngineError) -> Int {
        guard let index = index(of: id, in: book) else {
            throw EngineError(.noSuchContainer, "there is no container \(id)")
        }
        return index
    }
}
