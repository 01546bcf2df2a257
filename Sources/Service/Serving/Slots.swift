import Synchronization

/// Places of which there are so many and no more.
public final class Slots: Sendable {
    private let capacity: Int
    private let used = Mutex(0)

    public init(_ capacity: Int) { self.capacity = capacity }

    public var inUse: Int { used.withLock { $0 } }

    /// Takes places; false, and nothing taken, when there aren't so many.
    public func enter(_ count: Int = 1) -> Bool {
        used.withLock { used in
            guard used + count <= capacity else { return false }
            used += count
            return true
        }
    }

    /// Gives places back.
    public func leave(_ count: Int = 1) { used.withLock { $0 -= count } }
}

/// Places of one holder, given back with it.
public final class HeldBytes: Sendable {
    private let slots: Slots
    private let count = Mutex(0)

    public init(_ slots: Slots) { self.slots = slots }

    deinit { slots.leave(count.withLock { $0 }) }

    /// False, and nothing taken, when there aren't so many.
    public func add(_ bytes: Int) -> Bool {
        guard slots.enter(bytes) else { return false }
        count.withLock { $0 += bytes }
        return true
    }
}
