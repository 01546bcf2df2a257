import HTTPTypes
import Hummingbird
import Service
import Store
import UsageLedger

/// The body of every error: the same members for all, every wrong field at once.
enum ErrorAnswer {
    static func response(to error: any Error, serial: String) -> APIResponse {
        let shown = ErrorTable.show(error)
        let status = HTTPResponse.Status(code: shown.row.httpStatus).named
        var members: [JSONValue.Member] = [
            .init("is_fatal", .bool(true)), .init("serial", .string(serial)),
            .init("status", .string("\(status.code) \(status.reasonPhrase)")),
            .init("error_code", .string(shown.row.code)), .init("error_msg", .string(shown.message)),
        ]
        if let issues = (error as? ServiceError)?.issues, !issues.isEmpty {
            members.append(.init("errors", .array(issues.map(\.jsonValue))))
        }
        if let gate = (error as? GateError)?.items { members.append(.init("gate", .array(gate.map(\.jsonValue)))) }
        var response = APIResponse.json(.object(members), status: status)
        switch status.code {
        case 401: response.headers[.wwwAuthenticate] = "Basic realm=\"kanjo\", charset=\"UTF-8\""
        case 429, 503: response.headers[.retryAfter] = "1"
        default: break
        }
        return response
    }
}

extension ServiceError.Issue {
    fileprivate var jsonValue: JSONValue {
        .object([.init("field", .string(field)), .init("code", .string(code)), .init("message", .string(message))])
    }
}

extension HTTPResponse.Status {
    /// The status with the words of RFC 9110 and RFC 6585.
    fileprivate var named: HTTPResponse.Status {
        switch code {
        case 400: .badRequest
        case 401: .unauthorized
        case 403: .forbidden
        case 404: .notFound
        case 405: .methodNotAllowed
        case 409: .conflict
        case 413: .contentTooLarge
        case 415: .unsupportedMediaType
        case 422: .unprocessableContent
        case 429: .tooManyRequests
        case 502: .badGateway
        case 503: .serviceUnavailable
        case 504: .gatewayTimeout
        case 507: .init(code: 507, reasonPhrase: "Insufficient Storage")
        default: .internalServerError
        }
    }
}
