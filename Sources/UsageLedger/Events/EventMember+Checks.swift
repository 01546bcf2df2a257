import Units

/// Reads one member as what its keyword says it must be. `field` names it in errors: the attribute, or `data.` and the
/// key.
extension EventMember {
    /// The string, `nil` for null. Error: `invalid_field`.
    func text(_ field: String) throws(EventError) -> JSONText? {
        switch value {
        case .string(let text): return text
        case .null: return nil
        default: throw refusal(field, "must be a string")
        }
    }

    /// A string of 1–256 characters without control characters. Errors: `missing_field`, `invalid_field`.
    func name(_ field: String) throws(EventError) -> JSONText {
        guard let text = try text(field) else { throw EventError.missing(field) }
        guard text.isName(maximumCharacters: 256) else {
            throw refusal(field, "must be 1–256 characters without control characters")
        }
        return text
    }

    /// An integer of the range, `nil` for null. Error: `invalid_field`.
    func integer(_ field: String, _ range: ClosedRange<Int64>) throws(EventError) -> Int64? {
        if case .null = value { return nil }
        guard case .integer(let number) = value, range.contains(number) else {
            throw refusal(field, "must be an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// An RFC 3339 timestamp, `nil` for null. The canonical body says it in UTC. Errors: `invalid_field`,
    /// `instant_out_of_range`.
    mutating func instant(_ field: String) throws(EventError) -> Instant? {
        guard let text = try text(field) else { return nil }
        switch RFC3339.parse(text.bytes) {
        case .success(let instant):
            replacement = .instant(instant)
            return instant
        case .failure(let error) where error.code == .instantOutOfRange:
            throw EventError(
                .instantOutOfRange, field: field, "\(field) is \(shown), outside 1970 … 2199; check the sender's clock")
        case .failure:
            throw refusal(field, "must be an RFC 3339 time such as 2017-10-28T00:02:12Z")
        }
    }

    /// GPUs as a number or a decimal string, `nil` for null. Error: `invalid_field`.
    mutating func gpus(_ field: String) throws(EventError) -> GPUQuantity? {
        let quantity: GPUQuantity?
        switch value {
        case .null: return nil
        case .integer(let number):
            quantity = (1...65_535).contains(number) ? GPUQuantity(thousandths: number * 1000) : nil
        case .fraction(let text), .string(let text): quantity = try? GPUQuantity(decimal: text.string)
        default: quantity = nil
        }
        guard let quantity else { throw refusal(field, "must be a number from 0.001 to 65535 in whole thousandths") }
        replacement = .gpus(quantity)
        return quantity
    }

    /// An identifier that `make` accepts, `nil` for null. Error: `invalid_field`.
    @inline(__always) func identifier<ID>(
        _ field: String, _ make: (String) throws(UnitError) -> ID
    ) throws(EventError) -> ID? {
        guard let text = try text(field) else { return nil }
        do throws(UnitError) {
            return try make(text.string)
        } catch { throw EventError(.invalidField, field: field, "\(field): \(error.message)") }
    }

    /// At most `maximum` strings, or null. Error: `invalid_field`.
    func checkStrings(_ field: String, maximum: Int32) throws(EventError) {
        switch value {
        case .null: return
        case .strings(_, let count) where count <= maximum: return
        default: throw refusal(field, "must be an array of at most \(maximum) strings")
        }
    }

    func refusal(_ field: String, _ rule: String) -> EventError {
        EventError(.invalidField, field: field, "\(field) is \(shown); it \(rule)")
    }

    /// The value in words for a message, never all of a long one.
    private var shown: String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .string(let text): "'\(text.string.prefix(60))'"
        case .fraction(let text): String(text.string.prefix(60))
        case .strings(_, let count): "an array of \(count) strings"
        case .nested: "an array or object"
        case .data: "an object"
        }
    }
}

extension EventError {
    static func missing(_ field: String) -> EventError {
        EventError(.missingField, field: field, "\(field) is missing; every event of this type needs it")
    }
}
