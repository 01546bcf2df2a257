import HTTPTypes
import Hummingbird
import NIOCore
import Service
import UsageLedger

/// Taking usage events in. A scheduler's key records events of every account: it belongs to the cloud itself.
enum EventRoutes {
    static let path = "/events/"
    static let access = Route.Access.roles([.scheduler])

    static let all: [Route] = [
        Route(.post, path, for: access) { request in
            try checkEncoding(request.request.headers[.contentEncoding])
            switch try EventMediaType(request.request.headers[.contentType]) {
            case .json: return try await recordBatch(request)
            case .lines: return try await EventStreamAnswer.begin(request)
            }
        }
    ]

    private static func recordBatch(_ request: APIRequest) async throws -> APIResponse {
        let limits = EventBatchLimits()
        let body = try await request.body(upTo: limits.bytes)
        guard body.contains(where: { !$0.isSpace }) else {
            throw ServiceError(
                .invalidRequest, "the body is empty; send one CloudEvent as JSON, or an array of them, [] for none")
        }
        let outcomes = try await request.ledger.record(eventsIn: body, limits: limits)
        let answer = EventAnswer(outcomes)
        return .bytes(answer.bytes, contentType: EventAnswer.contentType, status: answer.status)
    }

    /// Whatever it says, gzip is recognised by its first bytes.
    private static func checkEncoding(_ encoding: String?) throws {
        guard let encoding, !["gzip", "x-gzip", "identity"].contains(encoding.lowercased()) else { return }
        throw ServiceError(
            .unsupportedMediaType, "Content-Encoding '\(encoding.prefix(40))' isn't known here; send gzip, or leave it")
    }
}

/// In which form a body holds its events.
enum EventMediaType {
    /// One, or an array.
    case json
    /// One a line, without limit.
    case lines

    /// Error: `unsupported_media_type`. Without a type it is JSON.
    init(_ contentType: String?) throws {
        // As nearly all write it.
        if contentType == "application/cloudevents+json" || contentType == "application/cloudevents-batch+json" {
            self = .json
            return
        }
        let name = (contentType ?? "").prefix { $0 != ";" }.trimmingPrefix(" ").lowercased()
        switch name.split(separator: " ").first ?? "" {
        case "", "application/json", "application/cloudevents+json", "application/cloudevents-batch+json":
            self = .json
        case "application/x-ndjson", "application/ndjson": self = .lines
        default:
            throw ServiceError(
                .unsupportedMediaType,
                "Content-Type '\(name.prefix(80))' isn't known here; send application/cloudevents+json, "
                    + "application/cloudevents-batch+json or application/x-ndjson")
        }
    }
}

extension UInt8 {
    fileprivate var isSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
