import Synchronization

/// Lets tasks wait until a queue has moved on.
final class RoomSignal: Sendable {
    private let waiters = Mutex<[CheckedContinuation<Void, Never>]>([])

    /// Waits until `tell` is called.
    /// - Parameter isOver: asked when the wait has begun: whether nobody may be left to call it.
    func wait(unless isOver: () -> Bool) async {
        await withCheckedContinuation { continuation in
            waiters.withLock { $0.append(continuation) }
            if isOver() { tell() }
        }
    }

    /// Lets go on whoever waits.
    func tell() {
        let waiting = waiters.withLock { waiters in
            defer { waiters = [] }
            return waiters
        }
        for waiter in waiting { waiter.resume() }
    }
}
