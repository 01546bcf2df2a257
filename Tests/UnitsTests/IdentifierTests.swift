import Testing
import Units

/// Names that come from outside: what is taken, and that they are told apart and ordered by their bytes.
@Suite struct IdentifierTests {
    static let long = String(repeating: "a", count: 64)
    static let longest = String(repeating: "課", count: 128)

    @Test(arguments: ["a", "acme", "ACME", "0", "a.b_c-d", "..", "-", long])
    func accountsAndPlans(text: String) throws {
        #expect(try AccountID(text).text == text)
        #expect(try PlanID(text).text == text)
    }

    @Test(arguments: ["", long + "a", "a b", "a/b", "é", "アクメ", "a\n", "a\u{0}", "a:b", "ａ", "a+b"])
    func noAccountsOrPlans(text: String) {
        #expect(#expect(throws: UnitError.self) { try AccountID(text) }?.code == .invalidIdentifier)
        #expect(#expect(throws: UnitError.self) { try PlanID(text) }?.code == .invalidIdentifier)
    }

    @Test(arguments: ["t", "application_1506638472019_10258", "課題 1", "a/b:c", "😀", longest])
    func tasksAndUsers(text: String) throws {
        #expect(try TaskID(text).text == text)
        #expect(try UserID(text).text == text)
    }

    @Test(arguments: [longest + "a", "a\n", "\u{0}", "a\u{7F}", "\t"])
    func noTasksOrUsers(text: String) {
        #expect(#expect(throws: UnitError.self) { try TaskID(text) }?.code == .invalidIdentifier)
        #expect(#expect(throws: UnitError.self) { try UserID(text) }?.code == .invalidIdentifier)
    }

    @Test func onlyAUserMayBeUnnamed() throws {
        #expect(try UserID("") == .unnamed)
        #expect(throws: UnitError.self) { try TaskID("") }
    }

    /// Two spellings that look the same are two tasks: é as one character, and as e with an accent.
    @Test func equalityIsThatOfTheBytes() throws {
        let (one, two) = (try TaskID("\u{E9}"), try TaskID("e\u{301}"))
        #expect(one != two)
        #expect(Set([one, two]).count == 2)
        #expect(two < one)
    }

    @Test func orderIsThatOfTheBytes() throws {
        let texts = ["a", "B", "Z", "a.b", "a-b", "10", "9", "_"]
        let sorted = try texts.map { try AccountID($0) }.sorted().map(\.text)
        #expect(sorted == ["10", "9", "B", "Z", "_", "a", "a-b", "a.b"])
        #expect(try ["\u{FFFF}", "😀", "z"].map { try TaskID($0) }.sorted().map(\.text) == ["z", "\u{FFFF}", "😀"])
    }
}
