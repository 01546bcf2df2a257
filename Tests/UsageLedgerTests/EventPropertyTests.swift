import Testing
import UsageLedger

/// The fast decoder and the plain one agree on what is taken, on the body and on the facts: generated events, then
/// broken ones.
@Suite struct EventPropertyTests {
    @Test func bothDecodersAgree() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = EventGenerator(seed: seed)
        var taken = 0
        for round in 0..<6_000 {
            var input = generator.event()
            if round % 2 == 1 { generator.mutate(&input) }
            let comment: Comment = "seed \(seed), round \(round): \(String(decoding: input, as: UTF8.self))"
            let fast = EventDecoder().decode(input, makeSalt: { EventVectorTests.salt })
            let plain = Result { try ReferenceDecoder(input, salt: EventVectorTests.salt) }
            switch (fast, plain) {
            case (.success(let fast), .success(let plain)):
                taken += 1
                #expect(fast.body == plain.body, comment)
                #expect(fast.task == plain.task && fast.fact == plain.fact, comment)
                #expect(
                    Dictionary(uniqueKeysWithValues: fast.privateTexts.map { ($0.field, $0.canonicalText) })
                        == plain.privateTexts, comment)
                #expect((try? recordedFact(fast.body))?.1 == fast.fact, comment)
            case (.failure, .failure): break
            case (.success, .failure(let error)): Issue.record("only the plain one refuses, \(error): \(comment)")
            case (.failure(let error), .success): Issue.record("only the fast one refuses, \(error): \(comment)")
            }
        }
        // Or else nothing was compared.
        #expect((1_000...5_500).contains(taken), "\(taken) taken, seed \(seed)")
    }
}

/// Random events as text: right ones in many spellings, with some wrong values among them.
struct EventGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    private mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
    private mutating func chance(_ oneIn: Int) -> Bool { below(oneIn) == 0 }
    private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    mutating func event() -> [UInt8] {
        let type = chance(50) ? "task.paused" : pick(UsageEventType.allCases).name
        var attributes = [
            ("id", quoted(pick(["1", "é-2", "a\"b", "長い識別子", "x\\y"]))),
            ("source", quoted(pick(["s", "philly/1", "😀"]))),
            ("type", quoted(type)), ("time", instant()), ("subject", quoted(pick(["t", "課題 1", "a/b"]))),
        ]
        if chance(2) { attributes.append(("specversion", chance(20) ? "null" : quoted("1.0"))) }
        if chance(3) { attributes.append((pick(["traceparent", "x", "\u{FB33}", "😀", ""]), any(depth: 2))) }
        if !chance(30) { attributes.append(("data", data(type))) }
        if chance(40) { attributes.remove(at: below(attributes.count)) }
        return Array((space() + object(attributes) + space()).utf8)
    }

    /// One to three edits of bytes.
    mutating func mutate(_ bytes: inout [UInt8]) {
        for _ in 0...below(3) {
            let place = below(bytes.count)
            switch below(5) {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: next())
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(pick(Array("{}[]\",:0\\ue.-\u{0} ".utf8)), at: place)
            case 3: bytes.insert(contentsOf: bytes[place..<min(place + 1 + below(30), bytes.count)], at: place)
            default: bytes[place] ^= 1 << UInt8(below(8))
            }
            if bytes.isEmpty { bytes = [0x20] }
        }
    }

    private mutating func data(_ type: String) -> String {
        var members: [(String, String)] = []
        for key in [
            "account", "user", "plan", "attempt", "gpus", "node", "execution_time_limit_sec", "outcome", "exit_code",
            "who",
        ]
        where chance(3) {
            members.append((key, scalar(key)))
        }
        for key in ["from", "to", "started_at", "stopped_at"] where chance(type.hasPrefix("usage") ? 2 : 8) {
            members.append((key, chance(12) ? "null" : instant()))
        }
        for key in ["name", "error_message", "reason", "image"] where chance(5) {
            members.append((key, chance(10) ? "null" : text()))
        }
        for key in ["tags", "command", "environment", "extra", "\u{E9}", "e\u{301}", "\u{10FFFF}", "\u{FFFF}"]
        where chance(8) {
            members.append((key, key == "tags" && !chance(8) ? strings() : any(depth: 3)))
        }
        if chance(60), let first = members.first { members.append(first) }
        for index in members.indices { members.swapAt(index, below(members.count)) }
        return object(members)
    }

    private mutating func scalar(_ key: String) -> String {
        if chance(25) { return any(depth: 1) }
        switch key {
        case "attempt", "exit_code", "execution_time_limit_sec":
            return pick(["1", "2", "86400", "null", "-0", "1506384000"])
        case "gpus": return pick(["1", "8", "0.5", "2.0", "\"0.125\"", "\"16.0\"", "null", "0.0005", "65535"])
        case "outcome": return pick(["\"done\"", "\"error\"", "\"aborted\"", "\"canceled\"", "null", "\"lost\""])
        default: return pick(["\"a-1\"", "\"p100\"", quoted("u_2"), "null", "\"\"", quoted("v.3")])
        }
    }

    private mutating func instant() -> String {
        let day = pick(["2017-10-28", "2020-02-29", "1970-01-01", "2199-12-31", "2017-11-03"])
        let time = pick(["00:02:12", "23:59:60", "14:59:59.999999999", "15:00:00.5", "00:00:00.000"])
        return quoted(day + pick(["T", "t", " "]) + time + pick(["Z", "z", "+09:00", "-05:30", "+00:00"]))
    }

    private mutating func text() -> String {
        quoted(
            pick([
                "", "a", "学習 1", "line\nline", "tab\t\"quoted\" \\ / \u{1}\u{7F}", "😀 \u{FFFF}",
                "plain words with spaces",
            ]))
    }

    private mutating func strings() -> String {
        "[" + space() + (0..<below(4)).map { _ in text() + space() }.joined(separator: "," + space()) + "]"
    }

    private mutating func any(depth: Int) -> String {
        switch below(depth > 0 ? 9 : 6) {
        case 0: return "null"
        case 1: return pick(["true", "false"])
        case 2, 3: return text()
        case 4: return pick(["0", "-0", "17", "-9007199254740991", "9007199254740991"])
        case 5: return chance(4) ? pick(["1.5", "1e3", "9007199254740992", "-", "01"]) : "3"
        case 6: return strings()
        case 7: return "[" + (0..<below(4)).map { _ in any(depth: depth - 1) }.joined(separator: space() + ",") + "]"
        default:
            let keys = ["b", "a", "é", "😀", "\u{FB33}", "", "gpus"].prefix(1 + below(7))
            return object(keys.map { ($0, any(depth: depth - 1)) })
        }
    }

    private mutating func object(_ members: [(String, String)]) -> String {
        var parts: [String] = []
        for (key, value) in members { parts.append(space() + quoted(key) + space() + ":" + space() + value + space()) }
        return "{" + parts.joined(separator: ",") + space() + "}"
    }

    private mutating func space() -> String { chance(6) ? pick([" ", "\n", "\t", "\r\n  "]) : "" }

    /// A JSON string, some of its characters escaped without need.
    private mutating func quoted(_ text: String) -> String {
        let escapes = chance(4)
        var result = "\""
        for unit in text.unicodeScalars {
            if unit == "\"" || unit == "\\" || unit.value < 0x20 || (escapes && chance(3)) {
                for half in String(unit).utf16 {
                    let digits = String(half, radix: 16, uppercase: chance(2))
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                result.unicodeScalars.append(unit)
            }
        }
        return result + "\""
    }
}
