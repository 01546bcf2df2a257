import Units
import UsageLedger

/// Writes one CloudEvents JSON object after another into a buffer that is kept.
///
/// Values are bytes: keys and constants go in as they are, everything from outside through `string`, which escapes.
struct EventWriter {
    private var buffer: [UInt8] = []
    private let beginning: [UInt8]

    init(source: String) {
        beginning = [UInt8](#"{"specversion":"1.0","source":"\#(source)","id":"#.utf8)
        buffer.reserveCapacity(1024)
    }

    /// Begins an event up to its data: the id is `subject` and a tail behind it.
    mutating func begin(
        _ type: UsageEventType, subject: UnsafeBufferPointer<UInt8>, idTail: StaticString, number: Int64? = nil,
        lastTail: StaticString = "", time: UnsafeBufferPointer<UInt8>
    ) {
        buffer.removeAll(keepingCapacity: true)
        buffer.append(contentsOf: beginning)
        buffer.append(UInt8(ascii: "\""))
        escape(subject)
        constant(idTail)
        if let number { integer(number) }
        constant(lastTail)
        constant("\",\"subject\":")
        string(subject)
        constant(",\"type\":\"")
        buffer.append(contentsOf: type.name.utf8)
        constant("\",\"time\":\"")
        buffer.append(contentsOf: time)
        constant("\",\"data\":{")
    }

    mutating func begin(
        _ type: UsageEventType, subject: UnsafeBufferPointer<UInt8>, idTail: StaticString, number: Int64,
        lastTail: StaticString = "", time: Instant
    ) {
        var text = time.canonicalText
        text.withUTF8 { begin(type, subject: subject, idTail: idTail, number: number, lastTail: lastTail, time: $0) }
    }

    /// Ends the event and gives its bytes.
    mutating func end() -> [UInt8] {
        constant("}}")
        return buffer.withUnsafeBufferPointer { [UInt8]($0) }
    }

    /// A separator and a key, unless it is the first of `data`.
    mutating func key(_ name: StaticString) {
        if buffer.last != UInt8(ascii: "{") { buffer.append(UInt8(ascii: ",")) }
        buffer.append(UInt8(ascii: "\""))
        constant(name)
        constant("\":")
    }

    mutating func constant(_ text: StaticString) {
        buffer.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func string(_ bytes: UnsafeBufferPointer<UInt8>) {
        buffer.append(UInt8(ascii: "\""))
        escape(bytes)
        buffer.append(UInt8(ascii: "\""))
    }

    mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string($0) }
    }

    mutating func integer(_ value: Int64) { buffer.append(contentsOf: String(value).utf8) }

    /// Whole GPUs as a number, parts of a card as a string: the log knows no floating point.
    mutating func gpus(_ quantity: GPUQuantity) {
        if quantity.isWhole { integer(quantity.thousandths / 1000) } else { string(quantity.description) }
    }

    private mutating func escape(_ bytes: UnsafeBufferPointer<UInt8>) {
        if bytes.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            buffer.append(contentsOf: bytes)
            return
        }
        let digits = [UInt8]("0123456789abcdef".utf8)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): buffer.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case ..<0x20:
                constant("\\u00")
                buffer.append(contentsOf: [digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            default: buffer.append(byte)
            }
        }
    }
}

extension EventWriter {
    /// Account, user, plan and name, as far as they are known.
    mutating func identity(
        account: UnsafeBufferPointer<UInt8>, user: UnsafeBufferPointer<UInt8>, plan: PlanID?, name: String = ""
    ) {
        key("account")
        string(account)
        if !user.isEmpty {
            key("user")
            string(user)
        }
        if let plan {
            key("plan")
            string(plan.text)
        }
        if !name.isEmpty {
            key("name")
            string(name)
        }
    }
}
