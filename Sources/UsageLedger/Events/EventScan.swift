/// The members of one event and of its data: all of the JSON is checked, nothing is understood yet.
struct EventScan {
    static let maximumMembers = 512

    var lexer: JSONLexer
    private(set) var attributes: EventMembers
    private(set) var data: EventMembers
    /// Values that are neither scalars nor arrays of strings.
    private(set) var nested: [JSONValue] = []

    init(lexer: JSONLexer, attributes: EventMembers, data: EventMembers) {
        self.lexer = lexer
        self.attributes = attributes
        self.data = data
    }

    /// Reads the whole event and sorts the members. Errors: `invalid_json`, `duplicate_key`, `too_large`, and
    /// `invalid_field` for integers that can't be kept exactly.
    mutating func read() throws(EventError) {
        guard lexer.next() == UInt8(ascii: "{") else { throw lexer.failure("an event is a JSON object; begin with {") }
        var more = try enter()
        while more {
            let key = try readKey()
            let keyword = EventKeyword(attribute: key)
            let value: EventMember.Value
            if keyword == .data, lexer.next() == UInt8(ascii: "{") {
                try readData()
                value = .data
            } else {
                do throws(EventError) { value = try readValue(depth: 1) } catch {
                    throw error.inside(key.string).namingField
                }
            }
            try attributes.append(EventMember(key: key, keyword: keyword, value: value))
            more = try continues()
        }
        try lexer.expectEnd()
        try addAbsentAttributes()
        do throws(EventError) { try attributes.sort() } catch { throw error.namingField }
        do throws(EventError) { try data.sort() } catch { throw error.inside("data").namingField }
    }

    private mutating func readData() throws(EventError) {
        guard data.count == 0 else { throw EventError.duplicate(key: "data", at: lexer.offset).namingField }
        var more = try enter()
        while more {
            let key = try readKey()
            let value: EventMember.Value
            do throws(EventError) {
                value = try readValue(depth: 2)
            } catch { throw error.inside(key.string).inside("data").namingField }
            try data.append(EventMember(key: key, keyword: EventKeyword(dataKey: key), value: value))
            more = try continues()
        }
    }

    /// The canonical body always states `specversion` and `data`.
    private mutating func addAbsentAttributes() throws(EventError) {
        var (hasVersion, hasData) = (false, false)
        for index in 0..<attributes.count {
            hasVersion = hasVersion || attributes[index].keyword == .specversion
            hasData = hasData || attributes[index].keyword == .data
        }
        if !hasVersion {
            try attributes.append(EventMember(key: JSONText("specversion"), keyword: .specversion, value: .null))
        }
        if !hasData { try attributes.append(EventMember(key: JSONText("data"), keyword: .data, value: .null)) }
    }

    /// Steps into an object; whether it has members.
    private mutating func enter() throws(EventError) -> Bool {
        lexer.offset += 1
        guard lexer.next() == UInt8(ascii: "}") else { return true }
        lexer.offset += 1
        return false
    }

    /// After a member: whether another one follows.
    @inline(__always) private mutating func continues() throws(EventError) -> Bool {
        if lexer.next() == UInt8(ascii: ",") {
            lexer.offset += 1
            return true
        }
        try lexer.expect(UInt8(ascii: "}"), "a comma or } after a member")
        return false
    }

    @inline(__always) private mutating func readKey() throws(EventError) -> JSONText {
        guard lexer.next() == UInt8(ascii: "\"") else { throw lexer.failure("a key in quotes is missing") }
        let key = try lexer.string()
        try lexer.expect(UInt8(ascii: ":"), "a colon after a key")
        return key
    }

    private mutating func readValue(depth: Int) throws(EventError) -> EventMember.Value {
        switch lexer.next() {
        case UInt8(ascii: "\""): return .string(try lexer.string())
        case UInt8(ascii: "["):
            if let strings = readStrings() { return strings }
            return try readNested(depth: depth)
        case UInt8(ascii: "{"): return try readNested(depth: depth)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let first = lexer.offset
            let number = try lexer.number()
            switch number.form {
            case .integer: return .integer(number.value)
            case .fraction: return .fraction(number.text)
            case .exponent, .tooLarge: throw number.refusal(at: first)
            }
        default:
            return switch try lexer.value(depth: depth) {
            case .bool(let value): .bool(value)
            default: .null
            }
        }
    }

    private mutating func readNested(depth: Int) throws(EventError) -> EventMember.Value {
        nested.append(try lexer.value(depth: depth))
        return .nested(Int32(nested.count - 1))
    }

    /// Reads an array that holds strings only; otherwise gives `nil` and reads nothing.
    private mutating func readStrings() -> EventMember.Value? {
        let before = lexer
        let first = lexer.offset
        var count: Int32 = 0
        do throws(EventError) {
            lexer.offset += 1
            if lexer.next() == UInt8(ascii: "]") {
                lexer.offset += 1
            } else {
                while true {
                    guard lexer.next() == UInt8(ascii: "\"") else { throw lexer.failure("") }
                    _ = try lexer.string()
                    count += 1
                    guard lexer.next() == UInt8(ascii: ",") else { break }
                    lexer.offset += 1
                }
                try lexer.expect(UInt8(ascii: "]"), "a comma or ] after an element")
            }
        } catch {
            lexer = before
            return nil
        }
        lexer.scratchUsed = before.scratchUsed
        return .strings(JSONText(start: lexer.start + first, count: lexer.offset - first, isPlain: false), count: count)
    }
}
