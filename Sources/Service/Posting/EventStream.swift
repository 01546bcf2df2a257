import Feeds
import Foundation
import UsageLedger

/// Events that arrive in pieces of any size and are recorded as they come, in constant memory: a thread splits,
/// inflates and decodes, so that whoever sends is held up by whoever writes, and nobody else is. Ends when it is let
/// go of.
public final class EventStream: Sendable {
    private let ledger: ServedLedger
    private let token: String
    private let pipe = BytePipe()
    private let mailbox = ItemMailbox()

    /// Error: `overloaded` when as many streams run as there may.
    /// - Parameter credential: of the sender; the stream ends when it is revoked.
    public init(_ ledger: ServedLedger, by credential: Credential) throws {
        guard ledger.eventStreams.enter() else {
            throw ServiceError(.overloaded, "too many event streams run at once; begin again in a moment")
        }
        self.ledger = ledger
        token = credential.token
        let thread = Thread { [pipe, mailbox, slots = ledger.eventStreams, decoder = ledger.decoder] in
            if let reader = try? FeedReader(source: pipe, format: .events) {
                let feed = DecodedFeed(reader, decoder)
                while let item = feed.next(), mailbox.add(item) {}
            }
            mailbox.end()
            pipe.end()
            slots.leave()
        }
        thread.name = "event-stream"
        thread.start()
    }

    deinit { cancel() }

    /// Adds the next bytes; returns when more are wanted.
    public func add(_ bytes: [UInt8]) async { await pipe.add(bytes) }

    /// All bytes were added.
    public func end() { pipe.end() }

    /// The sender has gone away in the middle: a last line without its end isn't used.
    public func cutOff() { pipe.end(FeedError(.cannotRead, "the sender closed the connection in the middle")) }

    /// Takes and tells nothing more.
    public func cancel() {
        pipe.end()
        mailbox.end()
    }

    /// Lets `next` return without outcomes, once.
    public func nudge() { mailbox.nudge() }

    /// Records what has come, up to a thousand events, and tells of each; waits until there is something, and until
    /// there is room to write it: then the sender waits too. `nil` at the end, none after a nudge.
    /// Errors: `unauthorized` when the key has been revoked since, `overloaded` when the server stops, those of the
    /// store; then nothing of what has come was recorded.
    public func next() async throws -> [EventOutcome]? {
        guard let items = await mailbox.take(EventDecoding.batchItems) else { return nil }
        guard ledger.keys.holds(token) else {
            throw ServiceError(.unauthorized, "the key was revoked; what came after that isn't recorded")
        }
        return try await ledger.record(items) { try await ledger.writer.recordWhenThereIsRoom($0) }
    }
}
