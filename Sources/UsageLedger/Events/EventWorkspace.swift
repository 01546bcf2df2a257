import Units

/// The memory in which one event is read: members, unescaped strings and the canonical body, allocated at once.
struct EventWorkspace {
    private let input: UnsafeBufferPointer<UInt8>
    private let members: UnsafeMutablePointer<EventMember>
    private let memberCapacity: Int
    private let scratch: UnsafeMutablePointer<UInt8>
    private let outputCapacity: Int

    /// Lends a workspace for `bytes`. Error: `too_large`.
    static func with<Success>(
        _ bytes: UnsafeBufferPointer<UInt8>, atMost maximumBytes: Int = EventDecoder.maximumBytes,
        _ body: (EventWorkspace) -> Result<Success, EventError>
    ) -> Result<Success, EventError> {
        guard bytes.count <= maximumBytes else {
            return .failure(
                EventError(.tooLarge, "the event has \(bytes.count) bytes; at most \(maximumBytes) are taken"))
        }
        // The shortest member, `"":0,`, has five bytes; specversion and data may be added.
        let memberCapacity = min(bytes.count / 5 + 3, EventScan.maximumMembers)
        let memberBytes = 2 * memberCapacity * MemoryLayout<EventMember>.stride
        let outputCapacity = bytes.count + EventBodyWriter.largestGrowth
        return withUnsafeTemporaryAllocation(
            byteCount: memberBytes + bytes.count + 1 + outputCapacity, alignment: MemoryLayout<EventMember>.alignment
        ) { memory in
            let start = memory.baseAddress!
            return body(
                EventWorkspace(
                    input: bytes, members: start.bindMemory(to: EventMember.self, capacity: 2 * memberCapacity),
                    memberCapacity: memberCapacity,
                    scratch: (start + memberBytes).bindMemory(
                        to: UInt8.self, capacity: bytes.count + 1 + outputCapacity),
                    outputCapacity: outputCapacity))
        }
    }

    /// Empty, with room for the longest canonical body of the input.
    var output: ByteWriter { ByteWriter(start: scratch + input.count + 1, capacity: outputCapacity) }

    /// Scans and understands the event.
    func read(isRecorded: Bool) throws(EventError) -> (scan: EventScan, task: TaskID, fact: UsageFact) {
        var scan = EventScan(
            lexer: JSONLexer(input, scratch: scratch),
            attributes: EventMembers(start: members, capacity: memberCapacity),
            data: EventMembers(start: members + memberCapacity, capacity: memberCapacity))
        try scan.read()
        let envelope = try EventEnvelope(scan.attributes)
        let fields = try EventFields(scan.data, of: envelope.type, isRecorded: isRecorded)
        let detail = try fields.detail(envelope.type)
        let key = EventKey(source: envelope.source.string, id: envelope.id.string)
        return (scan, envelope.task, UsageFact(key: key, time: envelope.time, detail: detail))
    }
}
