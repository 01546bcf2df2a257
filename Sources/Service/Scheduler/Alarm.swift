import Foundation
import Synchronization

/// Wakes a loop at one instant: a later setting takes the place of an earlier one.
final class Alarm: Sendable {
    private let waker: AsyncStream<Void>.Continuation
    private let setting = Mutex(0)

    init(_ waker: AsyncStream<Void>.Continuation) { self.waker = waker }

    /// - Parameter nanoseconds: from now on; at once when it isn't above 0.
    func set(inNanoseconds nanoseconds: Int64) {
        let number = setting.withLock { number in
            number += 1
            return number
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Int(max(0, nanoseconds)))) { [weak self] in
            guard let self, self.setting.withLock({ $0 == number }) else { return }
            self.waker.yield()
        }
    }
}
