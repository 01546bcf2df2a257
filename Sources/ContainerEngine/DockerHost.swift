import Foundation
import Units

/// An engine that speaks the Docker Engine API, from v1.41 on: Docker itself, or Podman's service.
public final class DockerHost: ContainerHost {
    public let name: String
    let connection: EngineConnection
    let flights = PullFlights()

    /// Nothing is connected to yet. Errors: `refused` for certificates that can't be read.
    public init(
        name: String, endpoint: EngineEndpoint, certificates: EngineCertificates = EngineCertificates()
    ) throws(EngineError) {
        self.name = name
        connection = try EngineConnection(host: name, endpoint: endpoint, certificates: certificates)
    }

    public func ping() async throws(EngineError) {
        try await connection.agreeOnVersion()
        let (status, body) = try await connection.ask(.init(path: "/_ping", isVersioned: false))
        guard status == 200 else {
            throw EngineError(.refused, "the engine \(name) answers \(status): \(EngineWords.sentence(in: body))")
        }
    }

    public func create(_ container: ContainerSpecification) async throws(EngineError) -> String {
        guard let json = try? EngineJSON.encode(CreateRequest(container)) else {
            throw EngineError(.refused, "the container \(container.name) can't be written as JSON")
        }
        let (status, body) = try await connection.ask(
            .init(
                method: "POST", path: "/containers/create?name=\(Self.query(container.name))", body: json,
                patience: .patient))
        guard status == 201 else {
            throw EngineWords.ofCreation(container, status: status, EngineWords.sentence(in: body))
        }
        return try decode(CreateAnswer.self, body).id
    }

    public func start(_ id: String) async throws(EngineError) {
        let (status, body) = try await connection.ask(
            .init(method: "POST", path: "/containers/\(Self.query(id))/start", patience: .patient))
        // 304: it runs already.
        guard status == 204 || status == 304 else {
            throw EngineWords.ofStart(id, status: status, EngineWords.sentence(in: body))
        }
    }

    public func state(_ id: String) async throws(EngineError) -> ContainerState {
        try await inspect(id).known
    }

    public func address(_ id: String, port: Int) async throws(EngineError) -> ContainerAddress? {
        try await inspect(id).address(port: port)
    }

    public func containers(label: String) async throws(EngineError) -> [ContainerState] {
        guard let filter = try? JSONEncoder().encode(["label": [label]]) else {
            throw EngineError(.refused, "the label \(label) can't be written as JSON")
        }
        let filters = Self.query(String(decoding: filter, as: UTF8.self))
        let (status, body) = try await connection.ask(.init(path: "/containers/json?all=1&filters=\(filters)"))
        guard status == 200 else {
            throw EngineWords.ofContainer("", status: status, EngineWords.sentence(in: body))
        }
        var states: [ContainerState] = []
        for listed in try decode([ListedContainer].self, body) {
            do throws(EngineError) {
                states.append(try await state(listed.id))
            } catch {
                // Removed since it was listed.
                guard error.code == .noSuchContainer else { throw error }
            }
        }
        return states
    }

    public func wait(_ id: String) async throws(EngineError) -> ContainerState {
        while true {
            let known = try await state(id)
            if known.status.hasEnded { return known }
            guard known.status != .created else {
                throw EngineError(.refused, "the container \(known.name) has not been started: start it first")
            }
            do throws(EngineError) {
                _ = try await act("POST", "/containers/\(Self.query(id))/wait", id)
            } catch {
                // Nothing for half a minute: look whether the engine is still there, and wait again.
                guard error.code == .unreachable, !Task.isCancelled else { throw error }
            }
        }
    }

    public func stop(_ id: String, graceSeconds: Int) async throws(EngineError) {
        try await act("POST", "/containers/\(Self.query(id))/stop?t=\(max(0, graceSeconds))", id, .patient)
    }

    public func kill(_ id: String, signal: String) async throws(EngineError) {
        try await act("POST", "/containers/\(Self.query(id))/kill?signal=\(Self.query(signal))", id)
    }

    public func remove(_ id: String) async throws(EngineError) {
        do throws(EngineError) {
            try await act("DELETE", "/containers/\(Self.query(id))?force=1&v=1", id, .patient)
        } catch {
            guard error.code == .noSuchContainer else { throw error }
        }
    }

    private func inspect(_ id: String) async throws(EngineError) -> InspectAnswer {
        try decode(InspectAnswer.self, try await act("GET", "/containers/\(Self.query(id))/json", id))
    }

    /// Asks something of one container; 304 says that it is so already.
    @discardableResult
    private func act(
        _ method: String, _ path: String, _ id: String, _ patience: EngineConnection.Patience = .brisk
    ) async throws(EngineError) -> Data {
        let (status, body) = try await connection.ask(.init(method: method, path: path, patience: patience))
        guard (200...299).contains(status) || status == 304 else {
            throw EngineWords.ofContainer(id, status: status, EngineWords.sentence(in: body))
        }
        return body
    }

    private func decode<Answer: Decodable>(_ type: Answer.Type, _ body: Data) throws(EngineError) -> Answer {
        do {
            return try EngineJSON.decode(type, body)
        } catch {
            throw EngineError(.badAnswer, "the engine \(name) answers what can't be read as \(type): \(error)")
        }
    }

    /// As part of a path or of a query.
    static func query(_ text: String) -> String {
        var allowed = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\u{0}"..."\u{7F}"))
        allowed.insert(charactersIn: "-._~")
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }
}
