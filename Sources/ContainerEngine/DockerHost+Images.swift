import AsyncHTTPClient
import Foundation

extension DockerHost {
    public func pull(
        _ image: String, login: RegistryLogin?, progress: @escaping @Sendable (PullProgress) -> Void
    ) async throws(EngineError) {
        let name = ImageReference(image).wholeName
        try await flights.run(name, login: login, progress: progress) { [connection] tell throws(EngineError) in
            try await Self.pull(image, login, connection, tell)
        }
    }

    private static func pull(
        _ image: String, _ login: RegistryLogin?, _ connection: EngineConnection, _ tell: PullFlights.Progress
    ) async throws(EngineError) {
        let name = ImageReference(image)
        var call = EngineConnection.Call(
            method: "POST", path: "/images/create?fromImage=\(query(name.repository))&tag=\(query(name.tag))",
            patience: .patient)
        if let login { call.headers.append(("X-Registry-Auth", header(of: login))) }
        let response = try await connection.begin(call)
        guard response.status == .ok else {
            throw EngineWords.ofPull(image, EngineWords.sentence(in: try await connection.read(response)))
        }
        // The stream began well; only its last line says how it ended.
        var lines = LineParser()
        var failure: String?
        var parts = response.body.makeAsyncIterator()
        while let part = try await connection.next(&parts) {
            for line in try lines.feed(part.readableBytesView) { read(line, tell, &failure) }
        }
        read(lines.remainder, tell, &failure)
        if let failure { throw EngineWords.ofPull(image, failure) }
    }

    private static func read(_ line: [UInt8], _ tell: PullFlights.Progress, _ failure: inout String?) {
        guard let said = try? JSONDecoder().decode(PullLine.self, from: Data(line)) else { return }
        if let words = said.failure { failure = words }
        if let progress = said.progress { tell(progress) }
    }

    /// JSON in base64url with its padding, as both engines read it.
    private static func header(of login: RegistryLogin) -> String {
        let fields = ["username": login.username, "password": login.password, "serveraddress": login.server]
        let json = (try? JSONEncoder().encode(fields)) ?? Data()
        return json.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    }
}
