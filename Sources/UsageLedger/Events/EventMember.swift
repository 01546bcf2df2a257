import Units

/// One attribute of an event, or one key of its data, as it stands in the input.
struct EventMember {
    let key: JSONText
    let keyword: EventKeyword
    let value: Value
    /// What the canonical body says instead of `value`.
    var replacement = Replacement.none

    enum Value {
        case null
        case bool(Bool)
        case integer(Int64)
        case string(JSONText)
        /// A number with a fraction, as text; taken for GPUs only.
        case fraction(JSONText)
        /// An array of strings and nothing else, as it stands in the input, and how many they are.
        case strings(JSONText, count: Int32)
        /// Index of any other array, or of an object, among the scan's nested values.
        case nested(Int32)
        /// The envelope's data object.
        case data
    }

    enum Replacement {
        case none
        case instant(Instant)
        case gpus(GPUQuantity)
        case privateText
    }

    var isNull: Bool {
        if case .null = value { true } else { false }
    }
}

/// Members of one object in a fixed space. Capacity: `EventScan.maximumMembers`, or as many as the input can hold.
struct EventMembers {
    private let start: UnsafeMutablePointer<EventMember>
    private let capacity: Int
    private(set) var count = 0

    init(start: UnsafeMutablePointer<EventMember>, capacity: Int) {
        self.start = start
        self.capacity = capacity
    }

    subscript(index: Int) -> EventMember {
        get {
            precondition(index < count)
            return start[index]
        }
        nonmutating set {
            precondition(index < count)
            start[index] = newValue
        }
    }

    mutating func append(_ member: EventMember) throws(EventError) {
        guard count < capacity else {
            throw EventError(.tooLarge, "the event has more than \(capacity) keys in one object; send fewer")
        }
        (start + count).initialize(to: member)
        count += 1
    }

    /// Sorts by key in RFC 8785 order. Senders' keys are few and often sorted, so insertion is fastest.
    /// Error: `duplicate_key`.
    func sort() throws(EventError) {
        guard count > 1 else { return }
        for index in 1..<count {
            let member = start[index]
            var place = index
            while place > 0 {
                let order = JSONText.order(start[place - 1].key, member.key)
                if order < 0 { break }
                guard order > 0 else { throw EventError.duplicate(key: member.key.string) }
                start[place] = start[place - 1]
                place -= 1
            }
            if place < index { start[place] = member }
        }
    }
}
