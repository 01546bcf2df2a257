import Synchronization

/// Tells the sender that messages were written, after they are on disk.
final class OutboxSignal: Sendable {
    private let listener = Mutex<(@Sendable () -> Void)?>(nil)

    /// Replaces whoever listened before.
    func listen(_ body: (@Sendable () -> Void)?) { listener.withLock { $0 = body } }

    func signal() { listener.withLock { $0 }?() }
}
