import ContainerEngine
import UsageLedger
import Units

/// What one engine says of the containers that bear our label.
public struct ContainerListing: Sendable {
    public let host: String
    public let containers: [ContainerState]

    public init(host: String, containers: [ContainerState]) {
        self.host = host
        self.containers = containers
    }
}

/// Containers of all engines as claims about runs.
struct ContainerClaims {
    /// By task and attempt.
    private(set) var claims: [SchedulerClaim] = []
    /// Containers with our label that name no task and attempt, as `host/container`.
    private(set) var unreadable: [String] = []

    /// - Parameters:
    ///   - time: when the engines were asked.
    ///   - settled: what happened after this may not be in the log yet, and is left for the next comparison.
    ///   - handled: runs of which somebody is just recording the start or the end.
    init(_ listings: [ContainerListing], at time: Instant, settled: Instant, except handled: Set<RunKey>) {
        var started: [RunKey: [(start: Instant, state: ContainerState, name: String)]] = [:]
        for listing in listings {
            for state in listing.containers {
                let name = "\(listing.host)/\(state.name)"
                guard let key = Self.run(state) else {
                    unreadable.append(name)
                    continue
                }
                // What was never started costs nothing and says nothing.
                guard let start = state.startedAt, !handled.contains(key) else { continue }
                started[key, default: []].append((start, state, name))
            }
        }
        for (key, found) in started.sorted(by: { $0.key < $1.key }) {
            let found = found.sorted { ($0.start, $0.name) < ($1.start, $1.name) }
            let first = found[0]
            guard max(first.start, first.state.finishedAt ?? first.start) <= settled else { continue }
            claims.append(
                SchedulerClaim(
                    run: key, source: ContainerEvents.source, course: Self.course(first.state, first.start, at: time),
                    container: first.name, otherStarts: found.dropFirst().map(\.start)))
        }
        unreadable.sort()
    }

    private static func course(_ state: ContainerState, _ start: Instant, at time: Instant) -> SchedulerClaim.Course {
        if let finish = state.finishedAt { return .stopped(start: start, stop: finish) }
        return .running(
            start: start,
            at: max(start, time.advanced(byNanoseconds: -ContainerKeeper.toleratedSkewNanoseconds)))
    }

    private static func run(_ state: ContainerState) -> RunKey? {
        guard let task = state.labels[ContainerLabels.task].flatMap({ try? TaskID($0) }),
            let attempt = state.labels[ContainerLabels.attempt].flatMap(Int64.init)
        else { return nil }
        return RunKey(task, attempt)
    }
}
