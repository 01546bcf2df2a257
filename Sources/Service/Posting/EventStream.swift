import Feeds
import Foundation
import UsageLedger

/// Events that arrive in pieces of any size and are recorded as they come, in constant memory: a thread splits,
/// inflates and decodes, so that whoever sends is held up by whoever writes, and nobody else is. Ends when it is let
/// go of.
public final class EventStream: Sendable {
    private let ledger: ServedLedger
    private let pipe = BytePipe()
    private let mailbox = ItemMailbox()

    /// Error: `overloaded` when as many streams run as there may.
    public init(_ ledger: ServedLedger) throws {
        guard ledger.eventStreams.enter() else {
            throw ServiceError(.overloaded, "too many event streams run at once; begin again in a moment")
        }
        self.ledger = ledger
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

    /// Records what has come, up to a thousand events, and tells of each; waits until there is something. `nil` at the
    /// end, none after a nudge. When too much waits to be written, the events are told as refused with `overloaded`: to
    /// be sent again. Errors: those of the store.
    public func next() async throws -> [EventOutcome]? {
        guard let items = await mailbox.take(EventDecoding.batchItems) else { return nil }
        do {
            return try await ledger.record(items)
        } catch let error as ServiceError where error.code == .overloaded {
            return items.map { item in
                switch item.result {
                case .failure(let error): EventOutcome(error)
                case .success: EventOutcome(.refused, nil, code: error.code.rawValue, error.message)
                }
            }
        }
    }
}
