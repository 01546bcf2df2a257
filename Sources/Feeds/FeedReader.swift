import Units

/// What an input may be.
public enum FeedFormat: String, Sendable, CaseIterable {
    /// CloudEvents JSON: one a line, or an array.
    case events
    /// A list of jobs with the columns of the sample.
    case jobsCSV = "jobs-csv"
    /// The output of `sacct -P`.
    case slurm
}

/// Which column of a job list says who is billed.
public enum AccountField: String, Sendable, CaseIterable {
    case user
    /// Column `group` of `jobs-csv`, column `Account` of `slurm`.
    case group
}

/// What a job list doesn't say itself. The format `events` needs only the limit.
public struct FeedOptions: Sendable {
    /// The plan of every job. Without it events name none, and their runs wait as `unknown_plan`.
    public var plan: PlanID?
    public var accountField: AccountField
    /// Name of the zone of local times without an offset (`slurm`).
    public var timeZone: String
    /// Longest line, row or event in bytes.
    public var recordLimit: Int

    public init(
        plan: PlanID? = nil, accountField: AccountField = .group, timeZone: String = "Asia/Tokyo",
        recordLimit: Int = 1 << 20
    ) {
        self.plan = plan
        self.accountField = accountField
        self.timeZone = timeZone
        self.recordLimit = recordLimit
    }
}

/// Reads any input as a stream of CloudEvents JSON, in constant memory: about 2 × (record limit + 1 MiB). Gzip is
/// inflated.
///
/// Nothing is thrown away silently: what can't be used comes as an item that says why. Not for use from two threads
/// at once.
public final class FeedReader: Sequence, IteratorProtocol {
    private let source: GzipSource
    private let feed: any Feed
    private var waiting: [FeedItem] = []
    private var nextWaiting = 0

    /// Error: `unknown_time_zone`.
    public init(source: any ByteSource, format: FeedFormat, options: FeedOptions = FeedOptions()) throws(FeedError) {
        self.source = GzipSource(source)
        switch format {
        case .events: feed = EventFeed(self.source, limit: options.recordLimit)
        case .jobsCSV: feed = JobsCSVFeed(self.source, options)
        case .slurm: feed = try SlurmFeed(self.source, options)
        }
    }

    /// Opens a file, or standard input for `-`. Errors: `cannot_open`, `unknown_time_zone`.
    public convenience init(path: String, format: FeedFormat, options: FeedOptions = FeedOptions()) throws(FeedError) {
        try self.init(source: FileSource(path: path), format: format, options: options)
    }

    /// Bytes taken from the file so far, before inflating.
    public var bytesConsumed: Int64 { source.bytesConsumed }
    /// Size of the file; `nil` for a pipe.
    public var totalBytes: Int64? { source.totalBytes }
    /// Rows that give no event by design: the steps of a Slurm job are part of it.
    public var skippedRows: Int { feed.skippedRows }
    /// The line that names the columns of a job list, as it came; `nil` while none was read, and for events.
    public var header: [UInt8]? { feed.header }

    /// The next item; `nil` at the end.
    public func next() -> FeedItem? {
        if nextWaiting == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            nextWaiting = 0
            while waiting.isEmpty {
                guard feed.read(into: &waiting) else { return nil }
            }
        }
        nextWaiting += 1
        return waiting[nextWaiting - 1]
    }

    /// Up to `maximumCount` items; fewer only at the end, none behind it.
    public func nextBatch(maximumCount: Int) -> [FeedItem] {
        var batch: [FeedItem] = []
        batch.reserveCapacity(maximumCount)
        while batch.count < maximumCount, let item = next() { batch.append(item) }
        return batch
    }
}
