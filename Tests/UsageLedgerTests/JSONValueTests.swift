import Testing
import UsageLedger

/// What is read comes back as RFC 8785; what is no JSON, or can't be kept exactly, is refused.
@Suite struct JSONValueTests {
    @Test(arguments: [
        ("null", "null"), (" true ", "true"), ("\t\r\nfalse", "false"), ("0", "0"), ("-0", "0"), ("-12", "-12"),
        ("9007199254740991", "9007199254740991"), ("-9007199254740991", "-9007199254740991"), ("\"\"", "\"\""),
        (#""\u0041\/\u00e9""#, "\"A/é\""), (#""\ud83d\ude00""#, "\"😀\""), (#""\uDBFF\uDFFF""#, "\"\u{10FFFF}\""),
        (#""\u0000\u001f\b\t\n\f\r\"\\\u007f""#, "\"\\u0000\\u001f\\b\\t\\n\\f\\r\\\"\\\\\u{7F}\""),
        ("[ ]", "[]"), ("[1 , [2]]", "[1,[2]]"), ("{ }", "{}"),
        (#"{"b":1,"a":[{"d":2,"c":3}]}"#, #"{"a":[{"c":3,"d":2}],"b":1}"#),
        (#"{"aa":1,"a":2,"":3}"#, #"{"":3,"a":2,"aa":1}"#),
        // RFC 8785, 3.2.2 without its floating-point numbers.
        (
            #"{ "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false] }"#,
            #"{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
        ),
        // RFC 8785, 3.2.3: keys by UTF-16 code units, so that the emoji comes before U+FB33.
        (
            #"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","#
                + #""\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter"}"#,
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"Latin Small Letter\","
                + "\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\u{FB33}\":\"Hebrew Letter Dalet With Dagesh\"}"
        ),
    ])
    func canonicalText(input: String, canonical: String) throws {
        let value = try JSONValue(parsing: Array(input.utf8))
        #expect(Array(value.canonicalText.utf8) == Array(canonical.utf8))
        #expect(try JSONValue(parsing: value.canonicalBytes).canonicalBytes == value.canonicalBytes)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "NaN", "Infinity", "'a'", "\"a", "\"a\u{1}b\"", "\"\\x\"", "\"\\u12\"",
        "\"\\u12g4\"",
        #""\ud800""#, #""\udc00""#, #""\ud800\u0041""#, #""\ud800\ud800""#, "01", "-", "-a", "+1", "1.", ".5", "1e",
        "1e+",
        "0x10", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,",
        "{\"a\":1,}", "{a:1}",
        "{\"a\" 1}", "{1:2}", "1 2", "{} {}", "[]]", "// x\n1", "\u{FEFF}1", "\u{0}", "1\u{0}", "\"\u{0}\"",
    ])
    func noJSON(input: String) {
        expectError(.invalidJSON, Array(input.utf8))
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
            [0xED, 0xBF, 0xBF],
            [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xFF], [0xC3],
            [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC3, 0x28], [0xE2, 0x28, 0xA1], [0xFE, 0xFE, 0xFF],
        ] as [[UInt8]])
    func noUTF8(bytes: [UInt8]) {
        expectError(.invalidJSON, [0x22] + bytes + [0x22])
    }

    @Test(arguments: [
        "9007199254740992", "-9007199254740992", "100000000000000000000", "99999999999999999999999999999999999999999",
        "1.5", "1.0",
        "1e3", "1E+2", "-0.0", "[1,2.5]", "{\"a\":{\"b\":1e2}}",
    ])
    func inexactNumbers(input: String) {
        expectError(.invalidField, Array(input.utf8))
    }

    @Test func aRequestsNumbersAreAllRead() throws {
        let text = "\u{FEFF}[1,1.5,-0.0,1e300,9007199254740992]"
        let values = try JSONValue(parsingRequest: Array(text.utf8)).array ?? []
        #expect(values.map(\.integer) == [1, nil, nil, nil, nil])
        #expect(values.map(\.string) == [nil, nil, nil, nil, nil])
        #expect(values.map(\.canonicalText) == ["1", "\"1.5\"", "\"-0.0\"", "\"1e300\"", "\"9007199254740992\""])
        #expect(throws: EventError.self) { try JSONValue(parsingRequest: Array("\u{FEFF}\u{FEFF}1".utf8)) }
    }

    @Test func fractionsStandOnlyWhereTheyAreAllowed() throws {
        let path = ["data", "gpus"]
        #expect(
            try JSONValue(parsing: Array(#"{"data":{"gpus":0.50}}"#.utf8), fractionPath: path)["data"]?["gpus"]?.string
                == "0.50")
        for input in [
            #"{"gpus":0.5}"#, #"{"data":0.5}"#, #"{"data":{"gpus":[0.5]}}"#, #"{"data":{"gpus":{"gpus":0.5}}}"#,
            #"{"data":{"gpus":5e-1}}"#, #"{"x":{"gpus":0.5}}"#,
        ] {
            #expect(throws: EventError.self) { try JSONValue(parsing: Array(input.utf8), fractionPath: path) }
        }
    }

    @Test(arguments: [
        (#"{"a":1,"a":1}"#, "a"), (#"{"x":{"k\u0065y":1,"key":2}}"#, "key"), (#"[{"":1,"":2}]"#, ""),
        (#"{"é":1,"\u00e9":2}"#, "é"),
    ])
    func aKeyStandsOnce(input: String, key: String) {
        let error = expectError(.duplicateKey, Array(input.utf8))
        #expect(error?.message.contains("'\(key)'") == true)
    }

    /// Swift holds "é" as one and as two code points for equal; JSON doesn't.
    @Test func keysAreComparedByBytes() throws {
        let value = try JSONValue(parsing: Array("{\"\u{E9}\":1,\"e\u{301}\":2}".utf8))
        #expect(value["\u{E9}"]?.integer == 1)
        #expect(value["e\u{301}"]?.integer == 2)
    }

    @Test func nestingEndsAt32() throws {
        let open = String(repeating: "[", count: 32), close = String(repeating: "]", count: 32)
        #expect(try JSONValue(parsing: Array((open + close).utf8)).canonicalText == open + close)
        expectError(.invalidJSON, Array(("[" + open + close + "]").utf8))
        expectError(.invalidJSON, Array(String(repeating: "{\"a\":", count: 100_000).utf8))
    }

    @Test func errorsSayWhere() {
        #expect(expectError(.invalidJSON, Array(#"{"a":tru}"#.utf8))?.message.contains("byte 5") == true)
        #expect(expectError(.invalidField, Array(#"{"a":1.5}"#.utf8))?.field == "a")
    }
}

@discardableResult
private func expectError(_ code: EventError.Code, _ bytes: [UInt8]) -> EventError? {
    do {
        let value = try JSONValue(parsing: bytes)
        Issue.record("'\(String(decoding: bytes.prefix(80), as: UTF8.self))' was read as \(value.canonicalText)")
        return nil
    } catch {
        #expect(error.code == code, "'\(String(decoding: bytes.prefix(80), as: UTF8.self))': \(error.message)")
        return error
    }
}
