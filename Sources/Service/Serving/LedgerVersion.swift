import Synchronization

/// Counts what was written since the start: as long as it stays the same, so does every answer but for the clock.
/// It grows before a writer is answered, so that whoever has written never gets an answer from before.
public final class LedgerVersion: Sendable {
    private let count = Atomic<Int>(0)

    public var value: Int { count.load(ordering: .acquiring) }

    func grow() { count.add(1, ordering: .acquiringAndReleasing) }
}
