import UsageLedger

extension ServedLedger {
    /// The event of a body that holds one and nothing else, not compressed; `nil` for every other body.
    public func singleEvent(in body: UnsafeBufferPointer<UInt8>) -> DecodedEvent? {
        try? decoder.decode(body).get()
    }

    /// Records one event in the next group commit and tells what became of it, on the writer's thread, when it is on
    /// disk: what is told must be handed on at once. Errors: those of `LedgerWriter.record`.
    public func record(
        _ event: DecodedEvent, then tell: @escaping @Sendable (Result<EventOutcome, any Error>) -> Void
    ) {
        writer.record([event]) { results in
            tell(results.map { EventOutcome($0[0], of: event) })
        }
    }
}
