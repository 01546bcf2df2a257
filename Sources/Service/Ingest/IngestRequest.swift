import Feeds
import Units

/// How feeds are taken in.
public struct IngestRequest: Sendable {
    /// Files, or `-` for standard input; read one after another.
    public var paths: [String]
    public var format: FeedFormat
    public var options: FeedOptions
    /// Registers accounts and users that the feed names and nobody has registered, instead of letting their runs wait
    /// as anomalies.
    public var createsAccounts: Bool
    /// Where the lines that weren't taken are kept.
    public var rejectsPath: String?
    public var author: Author

    public init(
        paths: [String], format: FeedFormat, options: FeedOptions = FeedOptions(), createsAccounts: Bool = false,
        rejectsPath: String? = nil, author: Author
    ) {
        self.paths = paths
        self.format = format
        self.options = options
        self.createsAccounts = createsAccounts
        self.rejectsPath = rejectsPath
        self.author = author
    }
}

/// What became of the events of a feed.
public struct IngestCounts: Hashable, Sendable {
    /// New, and on disk.
    public var recorded = 0
    /// Recorded before, exactly so.
    public var duplicate = 0
    /// Another event with this source and id was recorded before; it stays.
    public var conflict = 0
    /// Can't be used as they stand.
    public var refused = 0
    public var createdAccounts = 0
    public var createdUsers = 0
    /// Rows that give no event by design: the steps of a Slurm job.
    public var skippedRows = 0

    public init() {}

    public var events: Int { recorded + duplicate + conflict + refused }
    /// Whether every event is in the log.
    public var isComplete: Bool { conflict == 0 && refused == 0 }
}

/// One event or line that isn't in the log, told as it happens.
public struct IngestIssue: Hashable, Sendable {
    public let file: String
    /// Of the file, from 1.
    public let line: Int
    /// The error's code, or `conflict`.
    public let code: String
    public let reason: String
}

/// How far an ingest has come.
public struct IngestProgress: Hashable, Sendable {
    public let file: String
    /// Of this file, before inflating.
    public let bytesRead: Int64
    /// `nil` for a pipe.
    public let totalBytes: Int64?
    public let counts: IngestCounts
}
