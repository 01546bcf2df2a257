import Testing
import UsageLedger

/// Bad input: one line each, with the code and the field that the answer names.
@Suite struct EventErrorTests {
    @Test(
        arguments: [
            ("", .invalidJSON, ""), ("{", .invalidJSON, ""), ("[]", .invalidJSON, ""), ("null", .invalidJSON, ""),
            ("{}x", .invalidJSON, ""),
            ("{\"id\":\"1\"", .invalidJSON, ""), ("{\"id\":\"1}", .invalidJSON, "id"),
            ("{\"id\":\"a\u{0}b\"}", .invalidJSON, "id"),
            ("\u{0}{}", .invalidJSON, ""), ("{\"data\":{\"tags\":[\"a\",]}}", .invalidJSON, "data.tags"),
            (
                "{\"data\":{\"x\":" + String(repeating: "[", count: 60) + String(repeating: "]", count: 60) + "}}",
                .invalidJSON, "data.x"
            ),
            ("{\"id\":\"1\",\"id\":\"1\"}", .duplicateKey, "id"),
            ("{\"id\":\"1\",\"i\\u0064\":\"1\"}", .duplicateKey, "id"),
            ("{\"data\":{},\"data\":{}}", .duplicateKey, "data"),
            ("{\"data\":{\"a\":1},\"data\":{\"a\":1}}", .duplicateKey, "data"),
            ("{\"data\":{\"gpus\":1,\"gpus\":2}}", .duplicateKey, "data.gpus"),
            ("{\"data\":{\"x\":{\"y\":1,\"y\":2}}}", .duplicateKey, "data.x.y"),
            ("{\"n\":9007199254740992}", .invalidField, "n"), ("{\"n\":1.5}", .invalidField, "n"),
            ("{\"n\":1e2}", .invalidField, "n"),
            ("{\"data\":{\"load\":{\"gpu\":[0.75]}}}", .invalidField, "data.load.gpu"),
            (
                "{\"data\":" + String(repeating: "{\"a\":", count: 40_000), .invalidJSON,
                "data" + String(repeating: ".a", count: 31)
            ),
        ] as [(String, EventError.Code, String)])
    func noEvents(input: String, code: EventError.Code, field: String) {
        expectError(input, code, field)
    }

    @Test(
        arguments: [
            ("id", nil, .missingField), ("id", "null", .missingField), ("id", "\"\"", .invalidField),
            ("id", "7", .invalidField),
            ("id", "\"a\\u0000\"", .invalidField), ("id", "\"a\\n\"", .invalidField),
            ("id", "\"\(long(257))\"", .invalidField),
            ("source", nil, .missingField), ("source", "\"\"", .invalidField), ("source", "[]", .invalidField),
            ("source", "\"\(long(257))\"", .invalidField), ("subject", nil, .missingField),
            ("subject", "null", .missingField),
            ("subject", "\"\"", .invalidField), ("subject", "\"\(long(129))\"", .invalidField),
            ("subject", "{}", .invalidField),
            ("type", nil, .missingField), ("type", "null", .missingField), ("type", "1", .invalidField),
            ("type", "\"task.paused\"", .unknownType), ("type", "\"Task.alive\"", .unknownType),
            ("type", "\"\"", .unknownType),
            ("time", nil, .missingField), ("time", "null", .missingField), ("time", "1509148932", .invalidField),
            ("time", "\"\"", .invalidField), ("time", "\"2017-10-28\"", .invalidField),
            ("time", "\"2017-10-28T00:02:12\"", .invalidField),
            ("time", "\"2017-10-28T00:02:61Z\"", .invalidField), ("time", "\"2017-02-29T00:02:12Z\"", .invalidField),
            ("time", "\"-017-10-28T00:02:12Z\"", .invalidField),
            ("time", "\"2017-10-28T00:02:12.1234567891Z\"", .invalidField),
            ("time", "\"1969-12-31T23:59:59Z\"", .instantOutOfRange),
            ("time", "\"2200-01-01T00:00:00Z\"", .instantOutOfRange),
            ("time", "\"2199-12-31T15:00:00Z\"", .instantOutOfRange),
            ("time", "\"0000-01-01T00:00:00Z\"", .instantOutOfRange),
            ("time", "\"9999-12-31T23:59:59Z\"", .instantOutOfRange), ("specversion", "\"0.3\"", .invalidField),
            ("specversion", "1", .invalidField), ("data", "[]", .invalidField), ("data", "\"{}\"", .invalidField),
            ("data", "1", .invalidField), ("data_base64", "\"e30=\"", .invalidField),
            ("data_base64", "null", .invalidField),
            ("weight", "0.5", .invalidField),
        ] as [(String, String?, EventError.Code)])
    func badAttributes(key: String, value: String?, code: EventError.Code) {
        var attributes = [
            ("id", "\"1\""), ("source", "\"s\""), ("type", "\"task.alive\""), ("time", "\"2017-10-28T00:02:12Z\""),
            ("subject", "\"t\""),
        ].filter { $0.0 != key }
        if let value { attributes.append((key, value)) }
        expectError("{" + attributes.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}", code, key)
    }

    @Test(
        arguments: [
            ("task.submitted", "account", "\"a b\"", .invalidField),
            ("task.submitted", "account", "\"\"", .invalidField),
            ("task.submitted", "account", "1001", .invalidField),
            ("task.submitted", "account", "\"\(long(65))\"", .invalidField),
            ("task.submitted", "plan", "\"計画\"", .invalidField), ("task.submitted", "plan", "true", .invalidField),
            ("task.submitted", "user", "\"a\\u0007\"", .invalidField),
            ("task.submitted", "user", "\"\(long(129))\"", .invalidField),
            ("task.submitted", "name", "5", .invalidField), ("task.submitted", "tags", "\"a\"", .invalidField),
            ("task.submitted", "tags", "[1]", .invalidField), ("task.submitted", "tags", "[\"a\",null]", .invalidField),
            (
                "task.submitted", "tags", "[" + Array(repeating: "\"a\"", count: 101).joined(separator: ",") + "]",
                .invalidField
            ),
            ("task.submitted", "execution_time_limit_sec", "-1", .invalidField),
            ("task.submitted", "execution_time_limit_sec", "10000000001", .invalidField),
            ("task.submitted", "execution_time_limit_sec", "\"60\"", .invalidField),
            ("task.submitted", "execution_time_limit_sec", "60.5", .invalidField),
            ("task.submitted", "gpus", "0.5", .invalidField),
            ("task.started", "attempt", "0", .invalidField), ("task.started", "attempt", "-1", .invalidField),
            ("task.started", "attempt", "\"1\"", .invalidField),
            ("task.started", "attempt", "9007199254740992", .invalidField),
            ("task.started", "node", "[]", .invalidField), ("task.started", "gpus", "0", .invalidField),
            ("task.started", "gpus", "-1", .invalidField), ("task.started", "gpus", "0.0001", .invalidField),
            ("task.started", "gpus", "1.0005", .invalidField), ("task.started", "gpus", "65535.001", .invalidField),
            ("task.started", "gpus", "65536", .invalidField),
            ("task.started", "gpus", "100000000000000000000", .invalidField),
            ("task.started", "gpus", "\"1e20\"", .invalidField), ("task.started", "gpus", "1e2", .invalidField),
            ("task.started", "gpus", "\"-1\"", .invalidField), ("task.started", "gpus", "\"\"", .invalidField),
            ("task.started", "gpus", "\".5\"", .invalidField), ("task.started", "gpus", "true", .invalidField),
            ("task.started", "gpus", "-0.5", .invalidField), ("task.started", "gpus", "[8]", .invalidField),
            ("task.alive", "attempt", "1.5", .invalidField), ("task.alive", "load", "0.75", .invalidField),
            ("task.alive", "image", "1.5", .invalidField),
            ("task.stopped", "outcome", "\"finished\"", .invalidField),
            ("task.stopped", "outcome", "\"\"", .invalidField), ("task.stopped", "outcome", "0", .invalidField),
            ("task.stopped", "exit_code", "\"0\"", .invalidField),
            ("task.stopped", "error_message", "{}", .invalidField),
            ("task.canceled", "reason", "[\"a\"]", .invalidField), ("usage.waived", "from", nil, .missingField),
            ("usage.waived", "from", "null", .missingField), ("usage.waived", "to", nil, .missingField),
            ("usage.waived", "from", "\"2017-10-28T01:00:00Z\"", .invalidField),
            ("usage.waived", "from", "\"2017-10-28T02:00:00Z\"", .invalidField),
            ("usage.waived", "to", "\"1969-12-31T00:00:00Z\"", .instantOutOfRange),
            ("usage.waived", "to", "0", .invalidField),
            ("usage.waived", "who", "1", .invalidField), ("usage.waived", "reason", "1", .invalidField),
            ("usage.restated", "started_at", "\"yesterday\"", .invalidField),
            ("usage.restated", "stopped_at", "\"2200-01-01T00:00:00Z\"", .instantOutOfRange),
            ("usage.restated", "gpus", "\"8 GPUs\"", .invalidField), ("usage.restated", "account", "{}", .invalidField),
        ] as [(String, String, String?, EventError.Code)])
    func badData(type: String, key: String, value: String?, code: EventError.Code) {
        var data: [(String, String)] = []
        if type == "usage.waived" {
            data = [("from", "\"2017-10-28T00:00:00Z\""), ("to", "\"2017-10-28T01:00:00Z\"")].filter { $0.0 != key }
        }
        if let value { data.append((key, value)) }
        expectError(event(type, data.map { "\"\($0)\":\($1)" }.joined(separator: ",")), code, "data.\(key)")
    }

    @Test(arguments: [
        "", "\"reason\":\"r\",\"who\":\"w\"", "\"attempt\":2", "\"account\":null,\"gpus\":null", "\"unknown\":1",
    ])
    func aRestatementMustRestateSomething(data: String) {
        expectError(event("usage.restated", data), .missingField, "data")
    }

    @Test func anUnknownTypeIsToldWhichAreKnown() {
        let error = expectError(event("task.paused", ""), .unknownType, "type")
        for type in UsageEventType.allCases { #expect(error?.message.contains(type.name) == true) }
    }

    @Test func sizeEnds() {
        let filler = String(repeating: "x", count: EventDecoder.maximumBytes)
        expectError(event("task.alive", "\"x\":\"\(filler)\""), .tooLarge, "")
        expectError(event("task.alive", (0..<513).map { "\"k\($0)\":1" }.joined(separator: ",")), .tooLarge, "")
        let most = event(
            "task.alive", "\"x\":\"\(filler.dropLast(200))\"," + (0..<100).map { "\"k\($0)\":1" }.joined(separator: ",")
        )
        expectError(most, .tooLarge, "")
    }

    @Test func badUTF8() {
        for bytes in [[0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] as [[UInt8]] {
            let (head, tail) = (Array("{\"id\":\"".utf8), Array("\"}".utf8))
            expectError(head + bytes + tail, .invalidJSON, "id")
            expectError(Array("{\"".utf8) + bytes + Array("\":1}".utf8), .invalidJSON, "")
        }
    }
}

func event(_ type: String, _ data: String) -> String {
    "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"\(type)\","
        + "\"time\":\"2017-10-28T00:02:12Z\",\"subject\":\"t\",\"data\":{\(data)}}"
}

private func long(_ count: Int) -> String { String(repeating: "x", count: count) }

@discardableResult
private func expectError(_ input: String, _ code: EventError.Code, _ field: String) -> EventError? {
    expectError(Array(input.utf8), code, field)
}

@discardableResult
private func expectError(_ input: [UInt8], _ code: EventError.Code, _ field: String) -> EventError? {
    let shown = String(decoding: input.prefix(300), as: UTF8.self)
    switch EventDecoder().decode(input, makeSalt: { [] }) {
    case .success(let event):
        Issue.record("\(shown) was read as \(String(decoding: event.body, as: UTF8.self))")
        return nil
    case .failure(let error):
        #expect(error.code == code, "\(shown): \(error.message)")
        #expect(error.field == field, "\(shown): \(error.message)")
        #expect(field.isEmpty || error.message.contains(field), "\(error.message)")
        return error
    }
}
