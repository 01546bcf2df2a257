import Service
import Testing

@testable import API

@Suite struct IdempotencyKeyTests {
    @Test(arguments: [
        ("\"8e03978e-40d5-43dd-bc93-6894a57f9324\"", "8e03978e-40d5-43dd-bc93-6894a57f9324"), ("plain", "plain"),
        (#""a \"quoted\" \\ one""#, #"a "quoted" \ one"#), (#""with";parameters=1"#, "with"),
    ])
    func aKeyIsAStringInQuotesOrWithout(_ header: String, _ key: String) throws {
        #expect(try IdempotencyKey.parse(header) == key)
    }

    @Test(arguments: [
        "", "\"\"", "\"open", "\"a\"b", #""a\b""#, "a b", "tab\there", "\u{e9}", String(repeating: "x", count: 256),
    ])
    func anythingElseIsRefused(_ header: String) {
        let error = #expect(throws: ServiceError.self) { try IdempotencyKey.parse(header) }
        #expect(error?.code == .invalidRequest)
    }
}
