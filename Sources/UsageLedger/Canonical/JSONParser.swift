extension JSONValue {
    /// Objects and arrays nest at most this deep.
    public static let maximumDepth = 32

    /// Reads one JSON value, strictly (RFC 8259). Numbers with a fraction are refused, except at `fractionPath` (for
    /// example `["data", "gpus"]`; `*` stands for any key or element), where the number's text is given as a string.
    /// Errors: `invalid_json`, `duplicate_key`, and `invalid_field` for numbers that can't be kept exactly.
    public init(parsing bytes: UnsafeBufferPointer<UInt8>, fractionPath: [String] = []) throws(EventError) {
        self = try Self.parse(bytes, fractionPath: fractionPath, takesAnyNumber: false)
    }

    /// The same for what clients send with a request: every number is read, so that whoever asks for a field says what
    /// is wrong with it, and a mark of byte order (RFC 8259 § 8.1) is passed over.
    public init(parsingRequest bytes: [UInt8]) throws(EventError) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let result = bytes[(bytes.starts(with: mark) ? mark.count : 0)...].withUnsafeBufferPointer {
            buffer -> Result<JSONValue, EventError> in
            do throws(EventError) {
                return .success(try Self.parse(buffer, fractionPath: [], takesAnyNumber: true))
            } catch { return .failure(error) }
        }
        self = try result.get()
    }

    private static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, fractionPath: [String], takesAnyNumber: Bool
    ) throws(EventError) -> JSONValue {
        let result = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytes.count + 1) {
            scratch -> Result<JSONValue, EventError> in
            var lexer = JSONLexer(bytes, scratch: scratch.baseAddress!)
            lexer.takesAnyNumber = takesAnyNumber
            do throws(EventError) {
                let value = try lexer.value(depth: 0, fractionPath: fractionPath.isEmpty ? nil : fractionPath[...])
                try lexer.expectEnd()
                return .success(value)
            } catch { return .failure(error.namingField) }
        }
        return try result.get()
    }

    /// The same for an array of bytes.
    public init(parsing bytes: [UInt8], fractionPath: [String] = []) throws(EventError) {
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSONValue, EventError> in
            do throws(EventError) { return .success(try JSONValue(parsing: buffer, fractionPath: fractionPath)) } catch
            { return .failure(error) }
        }
        self = try result.get()
    }
}

extension JSONLexer {
    /// Reads any value inside `depth` containers. `fractionPath`: the keys that are left to the place where a fraction
    /// may stand.
    mutating func value(depth: Int, fractionPath: ArraySlice<String>? = nil) throws(EventError) -> JSONValue {
        switch next() {
        case UInt8(ascii: "\""):
            let used = scratchUsed
            let text = try string().string
            scratchUsed = used
            return .string(text)
        case UInt8(ascii: "{"): return .object(try members(depth: depth + 1, fractionPath: fractionPath))
        case UInt8(ascii: "["): return .array(try elements(depth: depth + 1, fractionPath: fractionPath))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let first = offset
            let number = try number()
            if number.form == .integer { return .integer(number.value) }
            if fractionPath?.isEmpty == true, number.form == .fraction { return .string(number.text.string) }
            guard takesAnyNumber else { throw number.refusal(at: first) }
            return .inexact(number.text.string)
        case UInt8(ascii: "n"):
            try literal("null")
            return .null
        case UInt8(ascii: "t"):
            try literal("true")
            return .bool(true)
        default:
            try literal("false")
            return .bool(false)
        }
    }

    private mutating func elements(depth: Int, fractionPath: ArraySlice<String>?) throws(EventError) -> [JSONValue] {
        try open(depth: depth)
        let elementPath = fractionPath?.first == "*" ? fractionPath?.dropFirst() : nil
        var elements: [JSONValue] = []
        if next() == UInt8(ascii: "]") {
            offset += 1
            return elements
        }
        while true {
            elements.append(try value(depth: depth, fractionPath: elementPath))
            if next() == UInt8(ascii: ",") {
                offset += 1
            } else {
                try expect(UInt8(ascii: "]"), "a comma or ] after an element")
                return elements
            }
        }
    }

    private mutating func members(depth: Int, fractionPath: ArraySlice<String>?) throws(EventError) -> [JSONValue
        .Member]
    {
        try open(depth: depth)
        var members: [JSONValue.Member] = []
        var keys: Set<[UInt8]> = []
        if next() == UInt8(ascii: "}") {
            offset += 1
            return members
        }
        while true {
            guard next() == UInt8(ascii: "\"") else { throw failure("a key in quotes is missing") }
            let (first, used) = (offset, scratchUsed)
            let text = try string()
            let key = text.string
            guard keys.insert(Array(text.bytes)).inserted else { throw EventError.duplicate(key: key, at: first) }
            scratchUsed = used
            try expect(UInt8(ascii: ":"), "a colon after a key")
            let isOnPath = fractionPath?.first.map { $0 == "*" || $0.utf8.elementsEqual(key.utf8) } ?? false
            do throws(EventError) {
                members.append(
                    .init(key, try value(depth: depth, fractionPath: isOnPath ? fractionPath?.dropFirst() : nil)))
            } catch { throw error.inside(key) }
            if next() == UInt8(ascii: ",") {
                offset += 1
            } else {
                try expect(UInt8(ascii: "}"), "a comma or } after a member")
                return members
            }
        }
    }

    private mutating func open(depth: Int) throws(EventError) {
        guard depth <= JSONValue.maximumDepth else {
            throw failure("objects and arrays nest deeper than \(JSONValue.maximumDepth)")
        }
        offset += 1
    }
}

extension EventError {
    static func duplicate(key: String, at offset: Int? = nil) -> EventError {
        let place = offset.map { " (the second at byte \($0))" } ?? ""
        return EventError(
            .duplicateKey, field: String(key.prefix(70)),
            "the key '\(key.prefix(70))' stands twice in one object\(place); send it once")
    }

    /// The same error, its field now as seen from outside the member `key`.
    func inside(_ key: String) -> EventError {
        EventError(code, field: key.prefix(70) + (field.isEmpty ? "" : "." + field), message)
    }

    /// The same error with its field in front of the message.
    var namingField: EventError { field.isEmpty ? self : EventError(code, field: field, "\(field): \(message)") }
}
