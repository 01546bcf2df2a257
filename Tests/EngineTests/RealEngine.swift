import ContainerEngine
import Foundation

/// The engine and the registries that `scripts/test-engine` started.
enum RealEngine {
    private static func variable(_ name: String) -> String { ProcessInfo.processInfo.environment[name] ?? "" }

    static let isThere = !variable("KANJO_ENGINE").isEmpty
    static let openImage = variable("KANJO_ENGINE_OPEN_IMAGE")
    static let privateImage = variable("KANJO_ENGINE_PRIVATE_IMAGE")
    static let login = RegistryLogin(
        server: String(privateImage.prefix { $0 != "/" }), username: variable("KANJO_ENGINE_USER"),
        password: variable("KANJO_ENGINE_PASSWORD"))

    static func host() throws -> DockerHost {
        try DockerHost(name: "real", endpoint: try EngineEndpoint(variable("KANJO_ENGINE")))
    }

    /// A container of the open image that runs a line of shell; without limits that an unprivileged machine refuses.
    static func shell(
        _ line: String, name: String = "test-\(UUID().uuidString)", image: String = openImage, network: String = "none"
    ) -> ContainerSpecification {
        ContainerSpecification(
            name: name, image: image, command: ["sh", "-c", line], networkMode: network,
            ulimits: [Ulimit(name: "nofile", soft: 1024, hard: 1024), Ulimit(name: "nproc", soft: 1000, hard: 1000)])
    }

    /// Makes a container, and removes it whatever the body does.
    static func with(
        _ container: ContainerSpecification, _ body: (_ host: DockerHost, _ id: String) async throws -> Void
    ) async throws {
        let host = try host()
        try await host.pull(container.image, login: nil) { _ in }
        let id = try await host.create(container)
        do {
            try await body(host, id)
        } catch {
            try? await host.remove(id)
            throw error
        }
        try await host.remove(id)
    }

    /// All that a container wrote to a stream.
    static func text(_ host: DockerHost, _ id: String, _ stream: LogFrame.Stream) async throws -> String {
        var bytes: [UInt8] = []
        for try await frame in try await host.logs(id, follow: false) where frame.stream == stream {
            bytes += frame.bytes
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
