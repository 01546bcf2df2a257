import ContainerEngine
import Logging
import Scheduling
import Units
import UsageLedger
import Webhooks

/// What an operator writes about engines, as it was written; `scheduler` makes of it what it means.
public struct EngineSettings: Sendable {
    /// `name=unix:///PATH` or `name=https://HOST:PORT`, separated by commas; empty: no task is run here.
    public var hosts = ""
    /// `plan=tasks` on every host, `host/plan=tasks` on one, separated by commas.
    public var capacity = ""
    /// `number` for every host, `host=number` for one, separated by commas; empty: GPUs aren't counted.
    public var gpus = ""
    public var certificates = EngineCertificates()
    /// A driver, `none`, or `plan=driver` for one plan, separated by commas.
    public var deviceDriver = "nvidia"
    /// `name=limit` or `name=soft:hard`, separated by commas.
    public var ulimits = ""
    public var memoryMebibytes: Int64 = 0
    /// `name=ADDRESS`, separated by commas: where hosts publish the HTTP ports of their containers.
    public var httpAddresses = ""
    public var owner = "user"
    /// Between two comparisons of the log with the engines; 0: none.
    public var reconcileSeconds: Int64 = 3600
    public var settings = SchedulerSettings()

    public init() {}

    /// Whether tasks are run here.
    public var isInUse: Bool { !hosts.isEmpty }

    /// What is wrong with it, in words that begin with the setting's name.
    public var faults: [String] {
        do {
            _ = try madeSettings()
            _ = try madeHosts()
            return []
        } catch let fault as Fault {
            return [fault.words]
        } catch {
            return ["engine.hosts: \(error)"]
        }
    }

    /// What is wrong with it beside a ledger's rules: a run that lives would count as silent between two signs of life.
    public func fault(with silence: RunawaySilence) -> String? {
        guard case .minutes(let minutes) = silence, settings.aliveSeconds >= minutes * 60 else { return nil }
        return "engine.alive_seconds: \(settings.aliveSeconds) isn't below the ledger's runaway_silence_minutes "
            + "(\(minutes), which is \(minutes * 60) s); make it smaller, or the rule larger"
    }

    /// What runs tasks; `nil` when no host is named. Error: `invalid_configuration`.
    public func scheduler(_ ledger: ServedLedger, capSeconds: Int64?, logger: Logger) throws -> TaskScheduler? {
        guard isInUse else { return nil }
        do {
            var settings = try madeSettings()
            settings.capSeconds = capSeconds
            let hosts = try madeHosts()
            ledger.engines.connect(hosts, label: settings.containers.label)
            return TaskScheduler(ledger: ledger, hosts: hosts, settings: settings, logger: logger)
        } catch let fault as Fault {
            throw ServiceError(.invalidConfiguration, fault.words)
        } catch let error as EngineError {
            throw ServiceError(.invalidConfiguration, "engine.hosts: \(error.message)")
        }
    }

    /// What compares the log with the engines; `nil` when no host is named, or no comparison is wanted. Error:
    /// `invalid_configuration`.
    public func reconciler(_ ledger: ServedLedger, logger: Logger) throws -> EngineReconciler? {
        guard isInUse, reconcileSeconds > 0 else { return nil }
        return EngineReconciler(
            ledger: ledger, hosts: try usableHosts(), label: settings.containers.label,
            intervalSeconds: reconcileSeconds, logger: logger)
    }

    /// Error: `invalid_configuration`.
    private func usableHosts() throws -> [any ContainerHost] {
        do {
            return try madeHosts()
        } catch let fault as Fault {
            throw ServiceError(.invalidConfiguration, fault.words)
        } catch let error as EngineError {
            throw ServiceError(.invalidConfiguration, "engine.hosts: \(error.message)")
        }
    }

    /// Asks every host for its containers. Error: `invalid_configuration`, also when no host is named.
    public func askContainers() async throws -> AskedEngines {
        guard isInUse else {
            throw ServiceError(
                .invalidConfiguration, "engine.hosts names no machine; name one, or give the list of a scheduler")
        }
        return await AskedEngines.ask(try usableHosts(), label: settings.containers.label)
    }

    private struct Fault: Error {
        let words: String

        init(_ words: String) { self.words = words }
    }

    private func madeHosts() throws -> [any ContainerHost] {
        try entries(hosts, "engine.hosts").map { name, address in
            try DockerHost(name: name, endpoint: try EngineEndpoint(address), certificates: certificates)
        }
    }

    private func madeSettings() throws -> SchedulerSettings {
        var made = settings
        let names = try entries(hosts, "engine.hosts").map(\.0)
        guard Set(names).count == names.count else { throw Fault("engine.hosts: a name stands there twice") }
        made.capacity = try capacities(names)
        guard let owner = QueueSettings.Owner(rawValue: owner) else {
            throw Fault("engine.owner: '\(owner.prefix(40))' is neither user nor account")
        }
        made.queue.owner = owner
        made.containers.memoryBytes = memoryMebibytes == 0 ? nil : memoryMebibytes << 20
        made.containers.ulimits = try entries(ulimits, "engine.ulimits").map { name, text in
            let numbers = text.split(separator: ":").compactMap { Int64($0) }
            guard let soft = numbers.first, let hard = numbers.last, (1...2).contains(numbers.count), soft <= hard
            else {
                throw Fault("engine.ulimits: '\(text.prefix(40))' is no limit; write nofile=1024 or nofile=1024:4096")
            }
            return Ulimit(name: name, soft: soft, hard: hard)
        }
        for (name, address) in try entries(httpAddresses, "engine.http_addresses") {
            guard names.contains(name) else {
                throw Fault("engine.http_addresses: '\(name.prefix(40))' is none of engine.hosts")
            }
            guard InternetAddress(address) != nil else {
                throw Fault("engine.http_addresses: '\(address.prefix(40))' is no IP address of the host")
            }
            made.containers.httpAddressByHost[name] = address
        }
        try readDrivers(into: &made)
        try countGPUs(names, into: &made)
        return made
    }

    private func readDrivers(into made: inout SchedulerSettings) throws {
        for part in Self.parts(deviceDriver) {
            let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
            let driver = sides.last == "none" ? nil : sides.last
            if sides.count == 2 {
                made.containers.deviceDriverByPlan[try plan(sides[0], "engine.device_driver")] = driver
            } else {
                made.containers.deviceDriver = driver
            }
        }
    }

    /// Where GPUs aren't counted, every container gets the first ones: so one that wants any may run there at a time.
    private func countGPUs(_ names: [String], into made: inout SchedulerSettings) throws {
        var counts: [String: Int] = [:]
        for part in Self.parts(gpus) {
            let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
            guard let count = Int(sides.last ?? ""), (0...1024).contains(count) else {
                throw Fault("engine.gpus: '\(part.prefix(40))' has no number of GPUs from 0 to 1024")
            }
            guard sides.count == 1 || names.contains(sides[0]) else {
                throw Fault("engine.gpus: '\(sides[0].prefix(40))' is none of engine.hosts")
            }
            for name in sides.count == 1 ? names : [sides[0]] { counts[name] = count }
        }
        for (index, host) in made.capacity.enumerated() {
            made.capacity[index].gpus = counts[host.name].map { Set(0..<$0) }
            let tasks = host.tasksByPlan.filter { made.containers.driver($0.key) != nil }.values.reduce(0, +)
            guard counts[host.name] != nil || tasks <= 1 else {
                throw Fault(
                    "engine.gpus: '\(host.name)' takes \(tasks) tasks with GPUs at once, and it isn't said how many "
                        + "GPUs it has, so that two would get the same; write \(host.name)=8, or set "
                        + "engine.device_driver=none")
            }
        }
    }

    private func capacities(_ names: [String]) throws -> [HostCapacity] {
        var tasks: [String: [PlanID: Int]] = [:]
        for (key, text) in try entries(capacity, "engine.capacity") {
            let sides = key.split(separator: "/", maxSplits: 1).map(String.init)
            guard let count = Int(text), (0...10_000).contains(count) else {
                throw Fault("engine.capacity: '\(text.prefix(40))' is no number of tasks from 0 to 10000")
            }
            let plan = try plan(sides.last ?? "", "engine.capacity")
            guard sides.count == 1 || names.contains(sides[0]) else {
                throw Fault("engine.capacity: '\(sides[0].prefix(40))' is none of engine.hosts")
            }
            for name in sides.count == 1 ? names : [sides[0]] { tasks[name, default: [:]][plan] = count }
        }
        guard names.isEmpty || tasks.values.contains(where: { $0.values.contains { $0 > 0 } }) else {
            throw Fault("engine.capacity: no host takes a task; write plan=tasks, for example v100-32gb=4")
        }
        return names.map { HostCapacity(name: $0, tasksByPlan: tasks[$0] ?? [:]) }
    }

    private func plan(_ text: String, _ key: String) throws -> PlanID {
        do throws(UnitError) { return try PlanID(text) } catch { throw Fault("\(key): \(error.message)") }
    }

    private func entries(_ text: String, _ key: String) throws -> [(String, String)] {
        try Self.parts(text).map { part in
            let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
            guard sides.count == 2 else { throw Fault("\(key): '\(part.prefix(80))' isn't name=value") }
            return (sides[0], sides[1])
        }
    }

    private static func parts(_ text: String) -> [Substring] { text.split { $0 == "," || $0.isWhitespace } }
}
