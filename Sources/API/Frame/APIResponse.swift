import HTTPTypes
import Hummingbird
import UsageLedger

/// What a handler answers.
struct APIResponse: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields
    var body: ResponseBody
    /// The body, if it is held in one piece.
    private(set) var bytes: ByteBuffer?

    init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: ResponseBody = .init()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> APIResponse {
        .bytes(value.canonicalBytes, contentType: "application/json", status: status)
    }

    static func bytes(_ bytes: [UInt8], contentType: String, status: HTTPResponse.Status = .ok) -> APIResponse {
        let buffer = ByteBuffer(bytes: bytes)
        var response = APIResponse(
            status: status, headers: [.contentType: contentType], body: .init(byteBuffer: buffer))
        response.bytes = buffer
        return response
    }

    static var noContent: APIResponse { APIResponse(status: .noContent) }
}
