import Feeds
import Testing

struct EventFeedTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let input: String
        let expected: [String]
        var testDescription: String { name }

        init(_ name: String, _ input: String, _ expected: [String]) {
            (self.name, self.input, self.expected) = (name, input, expected)
        }
    }

    static let lines: [Case] = [
        Case("one a line", "{\"a\":1}\n{\"a\":2}\n", [#"1 {"a":1}"#, #"2 {"a":2}"#]),
        Case("no newline at the end", "{\"a\":1}\n{\"a\":2}", [#"1 {"a":1}"#, #"2 {"a":2}"#]),
        Case("CRLF and BOM", "\u{FEFF}{\"a\":1}\r\n{\"a\":2}\r\n", [#"1 {"a":1}"#, #"2 {"a":2}"#]),
        Case("empty lines", "\n  \n{\"a\":1}\n\r\n\t\n{\"a\":2}\n\n", [#"3 {"a":1}"#, #"6 {"a":2}"#]),
        Case("NUL goes through", "{\"a\":\"\0\"}\n", ["1 {\"a\":\"\0\"}"]),
        Case("broken first line", "{\"a\":\n{\"a\":2}\n", [#"1 {"a":"#, #"2 {"a":2}"#]),
        Case("only line is broken", "{\"a\":", [#"1 {"a":"#]),
        Case("brackets in strings", #"{"a":"}{]["}"# + "\n{}\n", [#"1 {"a":"}{]["}"#, "2 {}"]),
        Case("no JSON at all", "GIF89a\n{}\n", ["1 GIF89a", "2 {}"]),
        Case("empty", "", []),
        Case("blank", " \n \n", []),
    ]

    static let arrays: [Case] = [
        Case("compact", #"[{"a":1},{"a":2}]"#, [#"1 {"a":1}"#, #"1 {"a":2}"#]),
        Case("pretty", "\n[\n  {\n \"a\": [1, 2]\n  },\n  {}\n]\n", ["3 {\n \"a\": [1, 2]\n  }", "6 {}"]),
        Case("empty", "[]", []),
        Case("BOM, spaces, CRLF", "\u{FEFF} [\r\n{}\r\n,\r\n{}]\r\n", ["2 {}", "4 {}"]),
        Case("strings and escapes", #"[{"a":"]}\\\"[{"},{}]"#, [#"1 {"a":"]}\\\"[{"}"#, "1 {}"]),
        Case("values that are no events go through", #"[1, "x,]", null,{}]"#, ["1 1", #"1 "x,]""#, "1 null", "1 {}"]),
        Case("cut off between events", "[{},\n{}", ["1 {}", "2 {}", "2 !invalid_json"]),
        Case("cut off after a comma", "[{},", ["1 {}", "1 !invalid_json"]),
        Case("cut off in an event", "[{},\n{\"a\":\n1", ["1 {}", "2 !invalid_json"]),
        Case("comma missing", "[{}\n{}]", ["1 {}", "2 !invalid_json", "2 {}"]),
        Case("comma too many", "[{},,{},]", ["1 {}", "1 !invalid_json", "1 {}", "1 !invalid_json"]),
        Case("quote missing", "[{\"a\":\"x},\n{\"b\":1}},{}]", ["1 {\"a\":\"x},\n{\"b\":1}}", "2 {}"]),
        Case("two files", "[{}]\n[{}]\n{}\n{}", ["1 {}", "2 {}", "3 {}", "4 {}"]),
        Case("text behind", "[{}] x\n{}", ["1 {}", "1 x", "2 {}"]),
    ]

    static let objects: [Case] = [
        Case("one, pretty", "{\n \"a\": {\n}\n}\n", ["1 {\n \"a\": {\n}\n}"]),
        Case("several, pretty", "{\n\"a\": 1\n}\n{\n}\n", ["1 {\n\"a\": 1\n}", "4 {\n}"]),
        Case("the first lacks its end", "{\n\"a\": 1\n{\n}\n", ["1 {\n\"a\": 1\n", "3 {\n}"]),
        Case("cut off", "{\n\"a\": 1\n", ["1 !invalid_json"]),
        Case("then lines", "{\n\"a\": 1\n}\n{}\n{}\n", ["1 {\n\"a\": 1\n}", "4 {}", "5 {}"]),
    ]

    @Test(arguments: lines + arrays + objects)
    func whatComesOut(_ test: Case) throws {
        #expect(try items(test.input, .events).map(shown) == test.expected)
    }

    @Test func theLimitIsForOneLineOrEvent() throws {
        let options = FeedOptions(recordLimit: 10)
        let long = #"{"a":"0123456789"}"#
        #expect(try items("{}\n\(long)\n{}\n", .events, options).map(shown) == ["1 {}", "2 !too_large", "3 {}"])
        #expect(try items("{}\r\n12345678..\r\n{}\n", .events, options).map(shown) == ["1 {}", "2 12345678..", "3 {}"])
        #expect(try items("[{},\(long),\n{}]", .events, options).map(shown) == ["1 {}", "1 !too_large", "2 {}"])
        #expect(
            messages(try items("{}\n\(long)\n", .events, options)) == [
                "line 2: the line is longer than 10 bytes; it was skipped to its end"
            ])
    }

    @Test func anItemBringsItsLineForTheRejects() throws {
        let long = String(repeating: "x", count: 100_000)
        let found = try items("{}\n\(long)\n", .events)
        #expect(found.map(\.original.count) == [2, FeedItem.originalLimit])
    }

    @Test func batchesAreFullUntilTheEnd() throws {
        let reader = try FeedReader(source: PieceSource("{}\n{}\n{}\n"), format: .events)
        #expect(reader.nextBatch(maximumCount: 2).count == 2)
        #expect(reader.nextBatch(maximumCount: 2).count == 1)
        #expect(reader.nextBatch(maximumCount: 2).isEmpty)
        #expect(reader.bytesConsumed == 9)
    }
}
