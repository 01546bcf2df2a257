import Foundation
import Units

/// An engine's names begin with capitals (`OOMKilled`); ours don't (`oomKilled`).
enum EngineJSON {
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ text: String) { stringValue = text }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { return nil }
    }

    static func decode<Answer: Decodable>(_ type: Answer.Type, _ body: Data) throws -> Answer {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .custom { Name(ours($0[$0.count - 1].stringValue)) }
        return try decoder.decode(type, from: body)
    }

    static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .custom { path in
            let name = path[path.count - 1].stringValue
            return Name(name.prefix(1).uppercased() + name.dropFirst())
        }
        return try encoder.encode(value)
    }

    /// The capitals before the first small letter become small, but for one that begins a word.
    private static func ours(_ name: String) -> String {
        let capitals = name.prefix(while: \.isUppercase).count
        let lowered = capitals > 1 && capitals < name.count ? capitals - 1 : capitals
        return name.prefix(lowered).lowercased() + name.dropFirst(lowered)
    }
}

/// What the engine says of one container.
struct InspectAnswer: Decodable {
    struct State: Decodable {
        var status: String
        var oomKilled: Bool?
        var exitCode: Int32?
        var error: String?
        var startedAt: String?
        var finishedAt: String?
    }
    struct Config: Decodable { var labels: [String: String]? }
    struct DeviceRequest: Decodable {
        var driver: String?
        var count: Int?
        var deviceIDs: [String]?
    }
    struct HostConfig: Decodable { var deviceRequests: [DeviceRequest]? }
    struct Network: Decodable { var ipAddress: String? }
    struct Binding: Decodable { var hostIp, hostPort: String? }
    struct NetworkSettings: Decodable {
        var ipAddress: String?
        var networks: [String: Network]?
        var ports: [String: [Binding]?]?
    }

    var id: String
    var name: String
    var state: State
    var config: Config?
    var hostConfig: HostConfig?
    var networkSettings: NetworkSettings?

    /// Where the host publishes the port, else the first of its networks that gave it an address; `nil` while it
    /// doesn't run.
    func address(port: Int) -> ContainerAddress? {
        guard known.status == .running else { return nil }
        let bindings = (networkSettings?.ports?["\(port)/tcp"] ?? nil) ?? []
        for binding in bindings {
            if let host = binding.hostIp, !host.isEmpty, let port = binding.hostPort.flatMap({ Int($0) }) {
                return ContainerAddress(container: id, host: host, port: port)
            }
        }
        let networks = (networkSettings?.networks ?? [:]).sorted { $0.key < $1.key }.map(\.value.ipAddress)
        let own = (networks + [networkSettings?.ipAddress]).compactMap(\.self).first { !$0.isEmpty }
        return own.map { ContainerAddress(container: id, host: $0, port: port) }
    }

    var known: ContainerState {
        let status = Self.status(state.status)
        let startedAt = Self.instant(state.startedAt)
        return ContainerState(
            id: id, name: name.hasPrefix("/") ? String(name.dropFirst()) : name, labels: config?.labels ?? [:],
            status: status, startedAt: startedAt,
            finishedAt: status.hasEnded ? Self.end(Self.instant(state.finishedAt), of: startedAt) : nil,
            exitCode: status.hasEnded ? state.exitCode : nil, wasKilledForMemory: state.oomKilled ?? false,
            errorMessage: state.error ?? "", gpus: gpus)
    }

    private var gpus: GPURequest? {
        hostConfig?.deviceRequests?.first.map {
            GPURequest(driver: $0.driver ?? "", count: $0.count ?? 0, devices: $0.deviceIDs ?? [])
        }
    }

    /// Podman notes the start of a program that ends at once after its end: such a run has no length (decision 0016).
    private static func end(_ finishedAt: Instant?, of startedAt: Instant?) -> Instant? {
        guard let finishedAt, let startedAt, finishedAt < startedAt,
            startedAt.nanoseconds - finishedAt.nanoseconds <= 2_000_000_000
        else { return finishedAt }
        return startedAt
    }

    /// Podman has words of its own for what Docker calls created and exited.
    private static func status(_ word: String) -> ContainerStatus {
        switch word {
        case "configured", "initialized": .created
        case "stopped": .exited
        default: ContainerStatus(rawValue: word) ?? .unknown
        }
    }

    /// An engine writes the year 1 for what has not happened.
    private static func instant(_ text: String?) -> Instant? {
        guard let text, !text.hasPrefix("0001-") else { return nil }
        return try? Instant(rfc3339: text)
    }
}

/// A container that was made.
struct CreateAnswer: Decodable { var id: String }

/// One of a list.
struct ListedContainer: Decodable { var id: String }

/// An error, as Docker and as Podman say it.
struct ErrorAnswer: Decodable { var message: String }

/// One line of a pull.
struct PullLine: Decodable {
    struct Detail: Decodable {
        var current: Int64?
        var total: Int64?
    }
    struct ErrorDetail: Decodable { var message: String? }

    var status: String?
    var id: String?
    var progressDetail: Detail?
    var error: String?
    var errorDetail: ErrorDetail?

    var failure: String? { errorDetail?.message ?? error }
    var progress: PullProgress? {
        guard let status else { return nil }
        return PullProgress(
            status: id.map { "\($0): \(status)" } ?? status, layer: id,
            currentBytes: progressDetail?.current ?? 0, totalBytes: progressDetail?.total ?? 0)
    }
}

/// What a container is made of, as the engine reads it.
struct CreateRequest: Encodable {
    struct Ulimit: Encodable {
        var name: String
        var soft, hard: Int64
    }
    /// A number, or ids: an engine refuses both at once.
    struct DeviceRequest: Encodable {
        var driver: String
        var count: Int?
        var deviceIDs: [String]?
        var capabilities = [["gpu"]]

        init(_ gpus: GPURequest) {
            driver = gpus.driver
            if gpus.devices.isEmpty { count = gpus.count } else { deviceIDs = gpus.devices }
        }
    }
    struct RestartPolicy: Encodable { var name = "no" }
    /// The engine takes a free port.
    struct Binding: Encodable { var hostIp, hostPort: String }
    struct Nothing: Encodable {}
    struct HostConfig: Encodable {
        var networkMode: String
        var memory: Int64?
        var ulimits: [Ulimit]
        var deviceRequests: [DeviceRequest]?
        var restartPolicy = CreateRequest.RestartPolicy()
        var portBindings: [String: [Binding]]?
    }

    var image: String
    var cmd: [String]?
    var entrypoint: [String]?
    var env: [String]
    var labels: [String: String]
    var hostConfig: HostConfig
    /// Each without a name, and gone with its container.
    var volumes: [String: [String: String]]?
    var exposedPorts: [String: Nothing]?

    init(_ container: ContainerSpecification) {
        image = container.image
        cmd = container.command
        entrypoint = container.entrypoint
        env = container.environment
        labels = container.labels
        if !container.folders.isEmpty {
            volumes = Dictionary(container.folders.map { ($0, [:]) }) { first, _ in first }
        }
        hostConfig = .init(
            networkMode: container.networkMode, memory: container.memoryBytes,
            ulimits: container.ulimits.map { Ulimit(name: $0.name, soft: $0.soft, hard: $0.hard) },
            deviceRequests: container.gpus.map { [DeviceRequest($0)] })
        if let published = container.published {
            exposedPorts = ["\(published.port)/tcp": Nothing()]
            hostConfig.portBindings = ["\(published.port)/tcp": [Binding(hostIp: published.address, hostPort: "")]]
        }
    }
}
