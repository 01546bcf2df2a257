import Units

/// Who we are at a registry.
public struct RegistryLogin: Hashable, Sendable {
    /// Host name, with its port if it has one.
    public var server, username, password: String

    public init(server: String, username: String, password: String) {
        self.server = server
        self.username = username
        self.password = password
    }
}

/// GPUs of a host for one container.
public struct GPURequest: Hashable, Sendable {
    /// What gives them, for example `nvidia`.
    public var driver: String
    /// How many, from the first one on; without meaning where `devices` are named.
    public var count: Int
    /// Ids of those that it gets; empty: so many.
    public var devices: [String]

    public init(driver: String, count: Int, devices: [String] = []) {
        self.driver = driver
        self.count = count
        self.devices = devices
    }

    /// Which or how many, so that what was asked for and what was given can be compared.
    public var text: String { devices.isEmpty ? "count \(count)" : devices.joined(separator: " ") }
}

/// What a container is made of.
public struct ContainerSpecification: Sendable {
    /// Unique on the host.
    public var name: String
    public var image: String
    /// `nil`: what the image says.
    public var command: [String]?
    public var entrypoint: [String]?
    /// `NAME=value`.
    public var environment: [String]
    public var labels: [String: String]
    /// `nil`: none.
    public var gpus: GPURequest?
    /// `nil`: no limit.
    public var memoryBytes: Int64?
    /// A network of the engine, for example `bridge`, `none` or `host`.
    public var networkMode: String
    public var ulimits: [Ulimit]
    /// Folders that are there when it starts, empty, whatever the image has.
    public var folders: [String] = []
    /// A port that its host makes reachable at one of the host's addresses, on a free port there; `nil`: none.
    public var published: (port: Int, address: String)?

    public init(
        name: String, image: String, command: [String]? = nil, entrypoint: [String]? = nil, environment: [String] = [],
        labels: [String: String] = [:], gpus: GPURequest? = nil, memoryBytes: Int64? = nil,
        networkMode: String = "bridge", ulimits: [Ulimit] = []
    ) {
        self.name = name
        self.image = image
        self.command = command
        self.entrypoint = entrypoint
        self.environment = environment
        self.labels = labels
        self.gpus = gpus
        self.memoryBytes = memoryBytes
        self.networkMode = networkMode
        self.ulimits = ulimits
    }
}

/// A limit of the system for the processes of a container, for example `nofile`.
public struct Ulimit: Hashable, Sendable {
    public var name: String
    public var soft, hard: Int64

    public init(name: String, soft: Int64, hard: Int64) {
        self.name = name
        self.soft = soft
        self.hard = hard
    }
}

/// Where a port of a container is reached.
public struct ContainerAddress: Hashable, Sendable {
    /// The engine's id of the container that has the address now.
    public var container: String
    /// An IP address.
    public var host: String
    public var port: Int

    public init(container: String, host: String, port: Int) {
        self.container = container
        self.host = host
        self.port = port
    }
}

/// Where a container is in its life, in the engine's words.
public enum ContainerStatus: String, Sendable, CaseIterable {
    case created, running, paused, restarting, stopping, removing, exited, dead
    /// A word that we don't know.
    case unknown

    /// It has run and doesn't run any more.
    public var hasEnded: Bool { self == .exited || self == .dead }
}

/// What the engine knows of a container. Its times are what is billed.
public struct ContainerState: Hashable, Sendable {
    public var id: String
    /// Without a slash before it.
    public var name: String
    public var labels: [String: String]
    public var status: ContainerStatus
    /// `nil` before the first start.
    public var startedAt: Instant?
    /// `nil` until it has ended. Not before the start, unless the host's clock was set back.
    public var finishedAt: Instant?
    /// `nil` until it has ended.
    public var exitCode: Int32?
    /// The system ended it because it wanted more memory than it may have.
    public var wasKilledForMemory: Bool
    /// Why it could not start, in the engine's words; empty when nothing went wrong.
    public var errorMessage: String
    /// What the engine gives it; `nil`: none, or it passed over the request.
    public var gpus: GPURequest?

    public init(
        id: String, name: String, labels: [String: String] = [:], status: ContainerStatus, startedAt: Instant? = nil,
        finishedAt: Instant? = nil, exitCode: Int32? = nil, wasKilledForMemory: Bool = false, errorMessage: String = "",
        gpus: GPURequest? = nil
    ) {
        self.id = id
        self.name = name
        self.labels = labels
        self.status = status
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.exitCode = exitCode
        self.wasKilledForMemory = wasKilledForMemory
        self.errorMessage = errorMessage
        self.gpus = gpus
    }
}

/// Some bytes that a container wrote; lines may be cut anywhere.
public struct LogFrame: Hashable, Sendable {
    /// Where they were written to.
    public enum Stream: UInt8, Sendable, CaseIterable {
        case stdout = 1
        case stderr = 2
    }

    public var stream: Stream
    public var bytes: [UInt8]
    /// When, by the engine's clock; `nil` where it doesn't say.
    public var at: Instant?

    public init(stream: Stream, bytes: [UInt8], at: Instant? = nil) {
        self.stream = stream
        self.bytes = bytes
        self.at = at
    }
}

/// How far a pull has come. Bytes are of the layer that is spoken of; 0 where the engine doesn't say.
public struct PullProgress: Hashable, Sendable {
    public var status: String
    /// The layer it is about, as the engine calls it; `nil` for the image as a whole.
    public var layer: String?
    public var currentBytes, totalBytes: Int64

    public init(status: String, layer: String? = nil, currentBytes: Int64 = 0, totalBytes: Int64 = 0) {
        self.status = status
        self.layer = layer
        self.currentBytes = currentBytes
        self.totalBytes = totalBytes
    }
}
