import Foundation

/// Decoded items from a thread to a task: adding blocks the thread while enough wait, taking waits without one.
final class ItemMailbox: @unchecked Sendable {
    private let condition = NSCondition()
    private var items: [DecodedItem] = []
    private var itemBytes = 0
    private var isEnded = false
    private var isNudged = false
    private var consumer: CheckedContinuation<Void, Never>?

    static let capacity = 2 * EventDecoding.batchItems
    /// Of what waits; one item may be more.
    static let capacityBytes = 2 << 20

    /// Adds an item; false when nobody will take it.
    func add(_ item: DecodedItem) -> Bool {
        let (isWanted, waiting) = locked {
            while items.count >= Self.capacity || itemBytes >= Self.capacityBytes, !isEnded { condition.wait() }
            guard !isEnded else { return (false, CheckedContinuation<Void, Never>?.none) }
            items.append(item)
            itemBytes += item.bytes
            return (true, takeConsumer())
        }
        waiting?.resume()
        return isWanted
    }

    /// No further items come, and none is taken in.
    func end() { wake { isEnded = true } }

    /// Lets whoever waits go on without an item, once.
    func nudge() { wake { isNudged = true } }

    /// Up to a number of items, as soon as there is one; none after a nudge, `nil` at the end. One taker at a time.
    func take(_ maximumCount: Int) async -> [DecodedItem]? {
        await withCheckedContinuation { continuation in
            let goesOn = locked {
                guard items.isEmpty, !isEnded, !isNudged else { return true }
                consumer = continuation
                return false
            }
            if goesOn { continuation.resume() }
        }
        return locked {
            guard !items.isEmpty else {
                isNudged = false
                return isEnded ? nil : []
            }
            let taken = Array(items.prefix(maximumCount))
            items.removeFirst(taken.count)
            for item in taken { itemBytes -= item.bytes }
            condition.signal()
            return taken
        }
    }

    private func wake(_ change: () -> Void) {
        let waiting = locked {
            change()
            condition.signal()
            return takeConsumer()
        }
        waiting?.resume()
    }

    private func takeConsumer() -> CheckedContinuation<Void, Never>? {
        defer { consumer = nil }
        return consumer
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        condition.lock()
        defer { condition.unlock() }
        return body()
    }
}
