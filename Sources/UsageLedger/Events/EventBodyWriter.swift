import Units

/// Writes the canonical body of a scanned event whose members are sorted and marked.
struct EventBodyWriter {
    /// More than a canonical body can be longer than its input: five instants, eight hashes, specversion and data.
    static let largestGrowth = 1024

    let scan: EventScan
    private(set) var output: ByteWriter
    private(set) var privateTexts: [PrivateText] = []
    /// Where the body begins in the output.
    private let first: Int

    /// The body stands after what `output` already holds.
    init(scan: EventScan, output: ByteWriter) {
        self.scan = scan
        self.output = output
        first = output.count
    }

    mutating func write(makeSalt: () -> Salt) {
        write(scan.attributes, makeSalt: makeSalt)
    }

    private mutating func write(_ members: EventMembers, makeSalt: () -> Salt) {
        output.append(UInt8(ascii: "{"))
        for index in 0..<members.count {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            let member = members[index]
            output.append(quoted: member.key)
            output.append(UInt8(ascii: ":"))
            switch member.replacement {
            case .instant(let instant): output.append(quoted: instant)
            case .gpus(let quantity): output.append(quantity)
            case .privateText: writeHash(of: member, salt: makeSalt())
            case .none: write(member, makeSalt: makeSalt)
            }
        }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ member: EventMember, makeSalt: () -> Salt) {
        switch member.value {
        case .null where member.keyword == .specversion: output.append(literal: "\"1.0\"")
        case .null where member.keyword == .data: output.append(literal: "{}")
        case .data: write(scan.data, makeSalt: makeSalt)
        default: write(value: member.value)
        }
    }

    private mutating func write(value: EventMember.Value) {
        switch value {
        case .null: output.append(literal: "null")
        case .bool(let value): output.append(literal: value ? "true" : "false")
        case .integer(let value): output.append(integer: value)
        case .string(let text): output.append(quoted: text)
        case .strings(let array, _): write(strings: array)
        case .nested(let index): scan.nested[Int(index)].write(into: &output)
        case .data, .fraction: preconditionFailure("refused, or written as an object")
        }
    }

    /// Copies an array of strings that has been checked, without its white space and needless escapes.
    private mutating func write(strings array: JSONText) {
        var lexer = JSONLexer(array.bytes, scratch: scan.lexer.scratch + scan.lexer.scratchUsed)
        output.append(UInt8(ascii: "["))
        lexer.offset = 1
        while lexer.next() != UInt8(ascii: "]") {
            if lexer.current == UInt8(ascii: ",") {
                output.append(UInt8(ascii: ","))
                lexer.offset += 1
            } else if let text = try? lexer.string() {
                output.append(quoted: text)
                lexer.scratchUsed = 0
            }
        }
        output.append(UInt8(ascii: "]"))
    }

    /// A person's words stay outside the body: in their place stands `"sha256:…"` of salt and canonical text.
    private mutating func writeHash(of member: EventMember, salt: Salt) {
        let place = output.count
        write(value: member.value)
        let text = Array(output.bytes(from: place))
        output.truncate(to: place)
        output.append(literal: "\"sha256:")
        privateTexts.append(
            PrivateText(
                field: member.key.string, canonicalText: text, salt: salt, digestOffset: output.count - first))
        text.withUnsafeBufferPointer { text in
            Digest.salted(text, salt: salt).withUnsafeBufferPointer { output.append(bytes: $0) }
        }
        output.append(UInt8(ascii: "\""))
    }
}
