import UsageLedger
import Units

/// Appends to the log. Lives inside one write transaction at a time.
final class EventLog {
    struct Existing {
        let position: Int64
        let leafHash: [UInt8]
    }

    private let insert: RawStatement
    private let find: RawStatement
    private let bodyAt: RawStatement
    private let addPrivateText: RawStatement
    private let salts: RawStatement
    private let keys: Keys
    private(set) var head: LogHead
    private var recordingAt: Instant
    private var hasAppended = false
    /// Subtrees that this transaction has completed.
    private var completed: [MerkleSubtree] = []
    private var lastSource: (name: SourceName, number: Int64)?
    private let statements: StatementCache

    init(_ statements: StatementCache, _ keys: Keys) throws {
        self.statements = statements
        self.keys = keys
        head = try LogHead.read(statements)
        recordingAt = head.recordedAt
        insert = try statements(
            """
            INSERT INTO event (position, recorded_at, occurred_at, type, task, source, id, leaf_hash, body)
            VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9) ON CONFLICT (source, id) DO NOTHING
            """)
        find = try statements("SELECT position, leaf_hash FROM event WHERE source = ?1 AND id = ?2")
        bodyAt = try statements("SELECT body FROM event WHERE position = ?1")
        addPrivateText = try statements("INSERT INTO private_text VALUES (?1,?2,?3,?4)")
        salts = try statements("SELECT field, salt FROM private_text WHERE position = ?1")
    }

    /// The instant of everything recorded in this transaction: never before what the log holds already.
    func begin(at now: Instant) { recordingAt = max(head.recordedAt, now) }

    /// Appends one event; `nil` when one with this source and id is there already, and then nothing is written.
    func append(
        type: Int, task: Int64?, key: EventKey, occurredAt: Instant, body: [UInt8], leafHash: [UInt8],
        privateTexts: [PrivateText]
    ) throws -> Int64? {
        let position = head.size + 1
        insert.bind(1, position)
        insert.bind(2, recordingAt.nanoseconds)
        insert.bind(3, occurredAt.nanoseconds)
        insert.bind(4, Int64(type))
        insert.bind(5, task)
        insert.bind(6, try sourceNumber(key.source))
        var id = key.id
        try id.withUTF8 { id in
            try leafHash.withUnsafeBufferPointer { leafHash in
                try body.withUnsafeBufferPointer { body in
                    insert.bind(7, uncopiedText: id)
                    insert.bind(8, uncopied: leafHash)
                    insert.bind(9, uncopied: body)
                    try insert.run()
                }
            }
        }
        guard insert.changes == 1 else { return nil }
        for text in privateTexts {
            addPrivateText.bind(1, position)
            addPrivateText.bind(2, text.field)
            addPrivateText.bind(3, text.salt)
            addPrivateText.bind(4, text.canonicalText)
            try addPrivateText.run()
        }
        head.size = position
        head.recordedAt = recordingAt
        hasAppended = true
        head.frontier.append(leafHash: leafHash) { completed.append($0) }
        return position
    }

    /// Most events come from the source of the one before.
    private func sourceNumber(_ source: String) throws -> Int64 {
        if let lastSource, lastSource.name.text.hasSameBytes(as: source) { return lastSource.number }
        let name = SourceName(text: source)
        let number = try keys.sources.numberAddingIfNeeded(of: name)
        lastSource = (name, number)
        return number
    }

    func existing(_ key: EventKey) throws -> Existing? {
        guard let source = try keys.sources.number(of: SourceName(text: key.source)) else { return nil }
        find.bind(1, source)
        find.bind(2, key.id)
        guard try find.step() else { return nil }
        defer { find.reset() }
        return Existing(position: find.integer(0), leafHash: find.bytes(1))
    }

    func body(at position: Int64) throws -> [UInt8] {
        bodyAt.bind(1, position)
        guard try bodyAt.step() else {
            throw StoreError(.corrupt, "there is no event at position \(position); run verify")
        }
        defer { bodyAt.reset() }
        return bodyAt.bytes(0)
    }

    /// Salts of an event's private texts by field; an erased text has none.
    func salts(at position: Int64) throws -> [String: Salt] {
        var found: [String: Salt] = [:]
        salts.bind(1, position)
        while try salts.step() { found[salts.text(0)] = salts.bytes(1) }
        return found
    }

    /// Writes the head; the last step of a transaction that appended.
    func end() throws {
        if hasAppended { try head.write(statements) }
        hasAppended = false
        guard !completed.isEmpty else { return }
        let subtrees = LogSubtrees(statements)
        for subtree in completed { try subtrees.write(subtree) }
        completed.removeAll(keepingCapacity: true)
    }
}
