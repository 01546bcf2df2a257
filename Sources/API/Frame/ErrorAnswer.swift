import HTTPTypes
import Hummingbird
import NIOHTTP1
import Service
import Store
import UsageLedger

/// The body of every error: the same members for all, every wrong field at once.
enum ErrorAnswer {
    static func response(to error: any Error, serial: String) -> APIResponse {
        let shown = ErrorTable.show((error as? MethodNotAllowed)?.shown ?? error)
        let status = HTTPResponse.Status(code: shown.row.httpStatus).named
        var response = APIResponse.json(json(error, shown, status, serial: serial), status: status)
        switch status.code {
        case 401: response.headers[.wwwAuthenticate] = "Basic realm=\"kanjo\", charset=\"UTF-8\""
        case 405: response.headers[.allow] = (error as? MethodNotAllowed)?.allowed
        case 429, 503: response.headers[.retryAfter] = "1"
        default: break
        }
        return response
    }

    /// The members of an error's body, for an answer that has others too.
    static func members(of error: any Error, serial: String) -> [JSONValue.Member] {
        let shown = ErrorTable.show(error)
        return json(error, shown, HTTPResponse.Status(code: shown.row.httpStatus).named, serial: serial).members ?? []
    }

    private static func json(
        _ error: any Error, _ shown: ErrorTable.Shown, _ status: HTTPResponse.Status, serial: String
    ) -> JSONValue {
        // What it says of files and disks is for the log alone.
        let message =
            status.code == 500
            ? "something went wrong inside the server; tell its operator the serial \(serial)" : shown.message
        var members: [JSONValue.Member] = [
            .init("is_fatal", .bool(true)), .init("serial", .string(serial)),
            .init("status", .string("\(status.code) \(status.reasonPhrase)")),
            .init("error_code", .string(shown.row.code)), .init("error_msg", .string(message)),
        ]
        if let issues = (error as? ServiceError)?.issues, !issues.isEmpty {
            members.append(.init("errors", .array(issues.map(\.jsonValue))))
        }
        if let gate = (error as? GateError)?.items { members.append(.init("gate", .array(gate.map(\.jsonValue)))) }
        return .object(members)
    }

    /// The answer to bytes that are no request; the connection is closed behind it.
    static func connectionResponse(
        to error: HTTPParserError, serial: String
    ) -> (head: HTTPResponseHead, body: ByteBuffer) {
        let refusal =
            error == .headerOverflow
            ? ServiceError(.headTooLarge, "the request's head is too long; send fewer or shorter headers")
            : ServiceError(.invalidRequest, "this is no HTTP request: \(error)")
        let (status, bytes) = lastWords(refusal, serial: serial)
        let fields: HTTPHeaders = [
            "Connection": "close", "Content-Type": "application/json", "Content-Length": "\(bytes.count)",
        ]
        return (
            HTTPResponseHead(version: .http1_1, status: status.onTheWire, headers: fields), ByteBuffer(bytes: bytes)
        )
    }

    /// The whole answer, as bytes, to plain HTTP where TLS is spoken.
    static func plainTextResponse(serial: String) -> [UInt8] {
        let refusal = ServiceError(.invalidRequest, "this port speaks HTTPS; ask again with https://")
        let (status, bytes) = lastWords(refusal, serial: serial)
        let head =
            "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(bytes.count)\r\n\r\n"
        return Array(head.utf8) + bytes
    }

    private static func lastWords(_ refusal: ServiceError, serial: String) -> (HTTPResponse.Status, [UInt8]) {
        let shown = ErrorTable.show(refusal)
        let status = HTTPResponse.Status(code: shown.row.httpStatus).named
        return (status, json(refusal, shown, status, serial: serial).canonicalBytes)
    }
}

extension ServiceError.Issue {
    fileprivate var jsonValue: JSONValue {
        .object([.init("field", .string(field)), .init("code", .string(code)), .init("message", .string(message))])
    }
}

extension HTTPResponse.Status {
    /// The same in the words of the layer below the server's.
    var onTheWire: HTTPResponseStatus { HTTPResponseStatus(statusCode: code, reasonPhrase: reasonPhrase) }

    /// The status with its words as they go over the wire: NIO's, which for some are those of older RFCs.
    var named: HTTPResponse.Status {
        switch code {
        case 400: .badRequest
        case 401: .unauthorized
        case 403: .forbidden
        case 404: .notFound
        case 405: .methodNotAllowed
        case 409: .conflict
        case 413: .init(code: 413, reasonPhrase: "Payload Too Large")
        case 415: .unsupportedMediaType
        case 422: .init(code: 422, reasonPhrase: "Unprocessable Entity")
        case 429: .tooManyRequests
        case 431: .requestHeaderFieldsTooLarge
        case 502: .badGateway
        case 503: .serviceUnavailable
        case 504: .gatewayTimeout
        case 507: .init(code: 507, reasonPhrase: "Insufficient Storage")
        default: .internalServerError
        }
    }
}
