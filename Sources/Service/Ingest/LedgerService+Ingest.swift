import Billing
import Feeds
import Store
import UsageLedger
import Units

extension LedgerService {
    /// Takes feeds in, a batch and a transaction at a time, in constant memory: what `progress` has counted is on disk.
    /// Decoding of the next batch runs beside the writing of the last. A repeat records nothing twice.
    /// Errors: `cannot_open`, `unknown_time_zone`, `cannot_write_file`, and those of the store; what was counted before
    /// stays recorded.
    /// - Parameters:
    ///   - progress: after each batch.
    ///   - report: for each event or line that isn't taken, as it happens.
    public func ingest(
        _ request: IngestRequest, progress: (IngestProgress) -> Void = { _ in }, report: (IngestIssue) -> Void
    ) async throws -> IngestCounts {
        let rejects = try request.rejectsPath.map(Rejects.init)
        var writing = IngestWriting(
            service: self, author: request.author,
            creation: request.createsAccounts ? AccountCreation(try store.setUp()) : nil,
            rejects: rejects)
        // Also when something fails on the way, what was refused until then is kept.
        defer { try? rejects?.finish() }
        for path in request.paths {
            rejects?.beginInput()
            let decoding = try EventDecoding(
                path: path, format: request.format, options: request.options,
                FeedDecoder(secrets: secrets, makeSalt: environment.makeSalt))
            let skippedBefore = writing.counts.skippedRows
            var next = Task { await decoding.nextBatch() }
            while let batch = await next.value {
                next = Task { await decoding.nextBatch() }
                try writing.write(batch, file: path, report: report)
                writing.counts.skippedRows = skippedBefore + batch.skippedRows
                progress(
                    IngestProgress(
                        file: path, bytesRead: batch.bytesRead, totalBytes: batch.totalBytes, counts: writing.counts))
            }
        }
        try rejects?.finish()
        return writing.counts
    }
}

/// Writes decoded batches and tells what became of each item.
private struct IngestWriting {
    let service: LedgerService
    let author: Author
    var creation: AccountCreation?
    let rejects: Rejects?
    var counts = IngestCounts()
    private var header: [UInt8]?

    init(service: LedgerService, author: Author, creation: AccountCreation?, rejects: Rejects?) {
        self.service = service
        self.author = author
        self.creation = creation
        self.rejects = rejects
    }

    mutating func write(_ batch: DecodedBatch, file: String, report: (IngestIssue) -> Void) throws {
        header = batch.header
        let events = batch.items.compactMap { try? $0.result.get() }
        let now = service.environment.now()
        try create(for: events.filter { !LedgerStore.isInFuture($0, at: now) })
        var results = try service.store.record(events, at: now).makeIterator()
        for item in batch.items {
            switch item.result {
            case .failure(let error): try refuse(item, error, file, report)
            case .success(let event):
                switch results.next() {
                case .recorded: counts.recorded += 1
                case .duplicate: counts.duplicate += 1
                case .conflict(let position, let fields):
                    counts.conflict += 1
                    try tell(item, "conflict", event.conflictMessage(position, fields), file, report)
                case .refused(let error): try refuse(item, error, file, report)
                case nil: preconditionFailure("every event of a batch has a result")
                }
            }
        }
    }

    private mutating func create(for events: [DecodedEvent]) throws {
        guard let changes = creation?.changes(for: events), !changes.isEmpty else { return }
        try service.store.record(changes, by: service.actor(author))
        for change in changes {
            if case .account = change { counts.createdAccounts += 1 } else { counts.createdUsers += 1 }
        }
    }

    private mutating func refuse(
        _ item: DecodedItem, _ error: EventError, _ file: String, _ report: (IngestIssue) -> Void
    ) throws {
        counts.refused += 1
        try tell(item, error.code.rawValue, error.message, file, report)
    }

    private func tell(
        _ item: DecodedItem, _ code: String, _ reason: String, _ file: String, _ report: (IngestIssue) -> Void
    ) throws {
        // Feeds put the line before their words; it is told apart here.
        let line = "line \(item.line)"
        let words =
            reason.hasPrefix(line + ": ") || reason.hasPrefix(line + ", ")
            ? String(reason.dropFirst(line.count + 2)) : reason
        report(IngestIssue(file: file, line: item.line, code: code, reason: words))
        try rejects?.keep(line: item.line, original: item.original, under: header)
    }
}
