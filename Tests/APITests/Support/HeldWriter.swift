import Foundation
import Service

/// Holds a ledger's writer in the middle of a job, until it is let go.
final class HeldWriter: Sendable {
    private let ledger: ServedLedger
    private let begun: AsyncStream<Void>
    private let gate = DispatchSemaphore(value: 0)

    init(_ ledger: ServedLedger) {
        self.ledger = ledger
        let (begun, telling) = AsyncStream.makeStream(of: Void.self)
        self.begun = begun
        let gate = gate
        Task {
            try await ledger.writer.perform { _ in
                telling.yield()
                gate.wait()
            }
        }
    }

    func hasBegun() async { for await _ in begun { return } }

    /// Until so many items wait behind the held job.
    func waits(forItems count: Int) async { while ledger.writer.waiting < count { await Task.yield() } }

    func letGo() { gate.signal() }
}
