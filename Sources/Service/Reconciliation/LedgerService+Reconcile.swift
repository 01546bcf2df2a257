import Feeds
import Store
import UsageLedger
import Units

/// How a scheduler's own list is read and compared.
public struct ListRequest: Sendable {
    /// Files, or `-` for standard input; together one list.
    public var paths: [String]
    /// A list that is in memory already; it is read before the files, and named `list` in what is told of it.
    public var bytes: [UInt8]?
    public var format: FeedFormat
    public var options: FeedOptions
    /// Start of the runs that are compared, half-open; `nil`: as far as the list reaches.
    public var from: Instant?
    public var to: Instant?
    /// Whose runs of the log the list must have; `nil`: those of the list's own sources.
    public var sources: Set<String>?
    /// The list has only some of the runs.
    public var isPartial: Bool

    public init(
        paths: [String] = [], bytes: [UInt8]? = nil, format: FeedFormat, options: FeedOptions = FeedOptions(),
        from: Instant? = nil, to: Instant? = nil, sources: Set<String>? = nil, isPartial: Bool = false
    ) {
        self.paths = paths
        self.bytes = bytes
        self.format = format
        self.options = options
        self.from = from
        self.to = to
        self.sources = sources
        self.isPartial = isPartial
    }

    /// Each part of the list with its name. Errors of reading it: `cannot_open`, `unknown_time_zone`.
    fileprivate var parts: [(name: String, open: () throws -> FeedReader)] {
        let inMemory = bytes.map { bytes in
            ("list", { try FeedReader(source: MemorySource(bytes), format: format, options: options) })
        }
        return [inMemory].compactMap(\.self)
            + paths.map { path in (path, { try FeedReader(path: path, format: format, options: options) }) }
    }
}

/// What a comparison found, and what of the list couldn't be used.
public struct ListComparison: Sendable {
    public let reconciliation: Reconciliation
    /// Rows and events that were told by `report`.
    public let unusedRows: Int
    /// Containers with our label that name no task, as `host/container`.
    public var unreadableContainers: [String] = []

    /// Whether all of the list could be used and nothing differs that a person hasn't accepted.
    public var isRight: Bool {
        unusedRows == 0 && reconciliation.contradictions.isEmpty && reconciliation.findings.allSatisfy(\.isAccepted)
    }
}

extension LedgerService {
    /// Reads a scheduler's own list by the same way as a feed, without recording its events, and compares it run by run
    /// with the log. What differs is recorded as the list's claim, and a close asks for it. The same list again records
    /// nothing. Holds the whole list in memory.
    /// Errors: `cannot_open`, `unknown_time_zone`, and those of the store; then nothing was recorded.
    /// - Parameters:
    ///   - progress: bytes read and the file's size, now and then.
    ///   - report: for each row or event of the list that can't be used, as it happens.
    public func reconcile(
        _ request: ListRequest, by author: Author, progress: (_ done: Int64, _ total: Int64?) -> Void = { _, _ in },
        report: (IngestIssue) -> Void
    ) throws -> ListComparison {
        var list = SchedulerList()
        var unused = 0
        let now = environment.now(), decoder = EventDecoder()
        for (name, open) in request.parts {
            let reader = try open()
            var count = 0
            while let item = reader.next() {
                count += 1
                if count % 1_000 == 0 { progress(reader.bytesConsumed, reader.totalBytes) }
                let decoded = item.content.flatMap { decoder.decode($0) { [UInt8](repeating: 0, count: 16) } }
                do {
                    list.add(try Self.known(decoded.get(), at: now))
                } catch {
                    unused += 1
                    report(IngestIssue(file: name, line: item.line, code: error.code.rawValue, reason: error.message))
                }
            }
        }
        let found = try store.reconcile(
            ReconciliationRequest(
                list: list, from: request.from, to: request.to, sources: request.sources, isPartial: request.isPartial),
            by: actor(author))
        return ListComparison(reconciliation: found, unusedRows: unused)
    }

    private static func known(_ event: DecodedEvent, at now: Instant) throws(EventError) -> DecodedEvent {
        guard LedgerStore.isInFuture(event, at: now) else { return event }
        throw EventError(
            .instantInFuture, field: "time",
            "the list names \(event.latestInstant), more than 5 minutes ahead of our clock (\(now)); "
                + "check the source's clock")
    }
}

extension SchedulerList {
    fileprivate mutating func add(_ event: DecodedEvent) { add(event.task, event.fact) }
}
