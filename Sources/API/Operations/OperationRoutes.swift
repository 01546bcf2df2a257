import Service
import UsageLedger

/// Whether the server lives and can work, and its figures, for those who watch it.
enum OperationRoutes {
    static let all: [Route] = [
        Route(.get, "/healthz/", base: .root, for: .open) { _ in .json(.object([.init("status", .string("ok"))])) },
        Route(.get, "/readyz/", base: .root, for: .open, ready),
        Route(.get, "/metrics/", base: .root, for: .open, metrics),
    ]

    /// The schema is current, which opening has seen to, and a write reaches the disk.
    private static func ready(_ request: APIRequest) async throws -> APIResponse {
        do {
            try await request.ledger.writer.perform { try $0.store.probeWrite(at: $0.environment.now()) }
            return .json(.object([.init("status", .string("ready"))]))
        } catch {
            throw ServiceError(.overloaded, "not ready: \(ErrorTable.show(error).row.code)")
        }
    }

    private static func metrics(_ request: APIRequest) async throws -> APIResponse {
        let state = try await request.ledger.readers.read { try $0.store.operatingState(at: request.now) }
        return .bytes(
            Array(MetricsText.of(request.frame, state).utf8), contentType: "text/plain; version=0.0.4; charset=utf-8")
    }
}
