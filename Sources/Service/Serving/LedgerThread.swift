import Foundation
import Store

/// A thread that owns one open ledger: everything that touches it happens there. Blocking on the disk, it holds up
/// nobody else.
final class LedgerThread: Sendable {
    private let end = DispatchSemaphore(value: 0)

    /// Opens the ledger on the new thread and then runs the body there until it returns. Errors: those of opening.
    init(
        name: String, open: @escaping @Sendable () throws -> LedgerService,
        run: @escaping @Sendable (LedgerService) -> Void
    ) throws {
        let opening = Opening()
        let thread = Thread { [end] in
            do {
                let service = try open()
                opening.finish(nil)
                run(service)
            } catch {
                opening.finish(error)
            }
            end.signal()
        }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
        if let error = opening.wait() { throw error }
    }

    /// Waits until the body has returned. Once.
    func join() { end.wait() }
}

/// Hands the outcome of opening from the new thread to the one that waits for it.
private final class Opening: @unchecked Sendable {
    private let isOver = DispatchSemaphore(value: 0)
    private var error: (any Error)?

    func finish(_ error: (any Error)?) {
        self.error = error
        isOver.signal()
    }

    func wait() -> (any Error)? {
        isOver.wait()
        return error
    }
}
