import ContainerEngine
import Store
import Synchronization
import UsageLedger
import Units

/// The engines on which this server runs tasks, for whoever wants to reach a task that runs.
public final class ConnectedEngines: Sendable {
    private struct Connected {
        var byName: [String: any ContainerHost] = [:]
        var label = ContainerSettings().label
    }

    private let connected = Mutex(Connected())

    /// None is connected at first. Again, these take the place of the earlier ones.
    /// - Parameter label: the value of the label that our containers bear.
    public func connect(_ hosts: [any ContainerHost], label: String = ContainerSettings().label) {
        let byName = Dictionary(hosts.map { ($0.name, $0) }) { first, _ in first }
        connected.withLock { $0 = Connected(byName: byName, label: label) }
    }

    func host(_ name: String) -> (any ContainerHost)? { connected.withLock { $0.byName[name] } }

    /// Asks every host for our containers; `nil` when none is connected.
    public func askContainers() async -> AskedEngines? {
        let (byName, label) = connected.withLock { ($0.byName, $0.label) }
        guard !byName.isEmpty else { return nil }
        return await AskedEngines.ask(byName.values.sorted { $0.name < $1.name }, label: label)
    }
}

extension ServedLedger {
    /// Where the HTTP of a task's container is reached now: the port that its submission names, and no other. The
    /// engine is asked each time, so that an address is never another container's.
    /// Errors, in order: `not_found` for a task that isn't there, takes no HTTP or has ended;
    /// `container_not_listening` while its container doesn't run or can't be reached.
    public func httpAddress(of task: TaskID) async throws -> ContainerAddress {
        let (container, port) = try await readers.read { service -> (KeptContainer?, Int?) in
            guard let container = try service.store.container(of: task), container.phase != .ended else {
                return (nil, nil)
            }
            let shown = try service.store.task(task, account: container.account, now: service.environment.now())
            return (container, shown.container.httpPort)
        }
        guard let container, let port else {
            throw ServiceError(.notFound, "there is no task that takes HTTP here; it may have ended")
        }
        do {
            let address = try await engines.host(container.host)?.address(container.name, port: port)
            if let address { return address }
        } catch {
            guard [.noSuchContainer, .unreachable, .refused, .badAnswer].contains(error.code) else { throw error }
        }
        throw ServiceError(.containerNotListening, "the task's container doesn't run yet; ask again in a moment")
    }
}
