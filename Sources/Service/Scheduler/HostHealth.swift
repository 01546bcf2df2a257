import Synchronization
import Units
import UsageLedger

/// Which engines answer, and since when others don't. Kept in memory: after a restart nobody has answered yet, and each
/// gets its time anew.
final class HostHealth: Sendable {
    /// What is known now. A host in neither set hasn't been asked.
    struct Report: Hashable, Sendable {
        var answering: Set<String> = []
        var silent: Set<String> = []
    }

    private struct State {
        var answering: Set<String> = []
        var silentSince: [String: Instant] = [:]
        var unreadableSince: [TaskID: Instant] = [:]
    }

    private let state = Mutex(State())

    var report: Report { state.withLock { Report(answering: $0.answering, silent: Set($0.silentSince.keys)) } }

    /// True: it hadn't answered before.
    func noteAnswer(_ host: String) -> Bool {
        state.withLock { state in
            state.silentSince[host] = nil
            return state.answering.insert(host).inserted
        }
    }

    /// Since when it has been silent; `isNews`: it wasn't before.
    func noteSilence(_ host: String, at now: Instant) -> (since: Instant, isNews: Bool) {
        state.withLock { state in
            state.answering.remove(host)
            if let since = state.silentSince[host] { return (since, false) }
            state.silentSince[host] = now
            return (now, true)
        }
    }

    /// What is said of a container can be read, or nothing is asked any more.
    func noteReadable(_ task: TaskID) { state.withLock { $0.unreadableSince[task] = nil } }

    /// Since when what an engine that answers says of a container can't be read.
    func noteUnreadable(_ task: TaskID, at now: Instant) -> Instant {
        state.withLock { state in
            let since = state.unreadableSince[task] ?? now
            state.unreadableSince[task] = since
            return since
        }
    }
}
