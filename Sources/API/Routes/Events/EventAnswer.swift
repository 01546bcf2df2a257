import HTTPTypes
import Service
import UsageLedger

/// What a request with events is answered.
struct EventAnswer {
    static let contentType = "application/json"

    /// 200 when every event is in the log now, 207 when not.
    let status: HTTPResponse.Status
    /// One result for each event, in order.
    let bytes: [UInt8]

    init(_ outcomes: [EventOutcome]) {
        var bytes = Array(#"{"results":["#.utf8)
        for (index, outcome) in outcomes.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += outcome.jsonBytes
        }
        bytes += Array("]}".utf8)
        self.bytes = bytes
        status = outcomes.allSatisfy(\.isTaken) ? .ok : .multiStatus
    }
}

extension EventOutcome {
    /// `{"code", "message", "position", "status"}`: what can't be told is null.
    var jsonBytes: [UInt8] {
        // Nearly all are of this form, which needs no escapes.
        if isTaken, let position {
            return Array(#"{"code":null,"message":null,"position":\#(position),"status":"\#(status.rawValue)"}"#.utf8)
        }
        return JSONValue.object([
            .init("status", .string(status.rawValue)), .init("position", position.map(JSONValue.integer) ?? .null),
            .init("code", code.map(JSONValue.string) ?? .null),
            .init("message", message.map(JSONValue.string) ?? .null),
        ]).canonicalBytes
    }
}

extension HTTPResponse.Status {
    static let multiStatus = HTTPResponse.Status(code: 207, reasonPhrase: "Multi-Status")
}
