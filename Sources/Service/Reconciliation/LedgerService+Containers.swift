import ContainerEngine
import Store
import UsageLedger
import Units

/// What asking the engines gave.
public struct AskedEngines: Sendable {
    public var listings: [ContainerListing] = []
    /// Host → why it gave none. Its containers aren't compared.
    public var failures: [(host: String, reason: String)] = []

    public init() {}

    /// Asks each host for all containers with our label, those that have ended too.
    static func ask(_ hosts: [any ContainerHost], label: String) async -> AskedEngines {
        var asked = AskedEngines()
        for host in hosts {
            do {
                asked.listings.append(
                    ContainerListing(
                        host: host.name,
                        containers: try await host.containers(label: "\(ContainerLabels.ledger)=\(label)")))
            } catch {
                asked.failures.append((host.name, error.message))
            }
        }
        return asked
    }
}

extension LedgerService {
    /// What may not be in the log yet is left for the next comparison.
    static let settlingNanoseconds: Int64 = 300 * 1_000_000_000

    /// Compares what the engines say of their containers with the runs of the log (decision 17). What differs is kept
    /// as a claim, as with a scheduler's list; the same again records nothing. Runs that are open in the log and have
    /// neither container nor keeper are found only when every engine has answered. Errors: those of the store.
    public func reconcile(_ asked: AskedEngines, by author: Author) throws -> ListComparison {
        let now = environment.now()
        let handled = try store.scheduledWork(waitingOfUser: 1).containers.filter { $0.phase != .running }
        let found = ContainerClaims(
            asked.listings, at: now, settled: now.advanced(byNanoseconds: -Self.settlingNanoseconds),
            except: Set(handled.map { RunKey($0.task, $0.attempt) }))
        let reconciliation = try store.reconcile(
            ReconciliationRequest(
                containers: found.claims, openRunsOf: asked.failures.isEmpty ? ContainerEvents.source : nil),
            by: actor(author))
        return ListComparison(
            reconciliation: reconciliation, unusedRows: found.unreadable.count + asked.failures.count,
            unreadableContainers: found.unreadable)
    }
}
