import UsageLedger
import Units

/// The recorded usage events of single tasks, read back from the log.
struct TaskEvents {
    private let byTask: RawStatement
    private let naming: RawStatement
    private let name: RawStatement
    private let tags: RawStatement

    init(_ statements: StatementCache) throws {
        byTask = try statements("SELECT position, body FROM event WHERE task = ?1 AND position <= ?2 ORDER BY position")
        // submitted, started, restated
        naming = try statements(
            "SELECT position, body FROM event WHERE task = ?1 AND type IN (1, 2, 7) AND position <= ?2")
        name = try statements("SELECT name FROM task WHERE task = ?1")
        tags = try statements(
            """
            SELECT p.text FROM event e JOIN private_text p ON p.position = e.position AND p.field = 'tags'
            WHERE e.task = ?1 AND e.type = 1 AND e.position <= ?2
            """)
    }

    /// Facts of the events up to a position, in the order of the log.
    func facts(of task: Int64, logCut: Int64 = .max) throws -> [UsageFact] {
        try recorded(of: task, logCut: logCut).map(\.fact)
    }

    /// Whom the task's events name; none for a number that no task has. Reads only the events that can name somebody: a
    /// long run's signs of life cost nothing.
    func namedAccounts(of task: Int64, logCut: Int64) throws -> Set<AccountID> {
        naming.bind(1, task)
        naming.bind(2, logCut)
        var found: Set<AccountID> = []
        while try naming.step() {
            let position = naming.integer(0)
            let fact = try naming.withBytes(1) { try Self.fact($0, position) }
            if let account = fact.identity?.account { found.insert(account) }
        }
        return found
    }

    func recorded(of task: Int64, logCut: Int64 = .max) throws -> [(position: Int64, fact: UsageFact)] {
        var found: [(position: Int64, fact: UsageFact)] = []
        byTask.bind(1, task)
        byTask.bind(2, logCut)
        while try byTask.step() {
            let position = byTask.integer(0)
            found.append((position, try byTask.withBytes(1) { try Self.fact($0, position) }))
        }
        return found
    }

    /// Tags of the task's submitted events up to a position, sorted.
    func tags(of task: Int64, logCut: Int64) throws -> [String] {
        tags.bind(1, task)
        tags.bind(2, logCut)
        var found: Set<String> = []
        while try tags.step() {
            found.formUnion(((try? JSONValue(parsing: tags.bytes(0)))?.array ?? []).compactMap(\.string))
        }
        return found.sorted()
    }

    func taskName(_ task: Int64) throws -> TaskID {
        name.bind(1, task)
        guard try name.step() else { throw StoreError(.corrupt, "task \(task) has no name; run verify") }
        defer { name.reset() }
        return try TaskID(name.text(0))
    }

    static func fact(_ body: UnsafeBufferPointer<UInt8>, _ position: Int64) throws -> UsageFact {
        do {
            return try EventDecoder.fact(ofRecordedBody: body).fact
        } catch {
            throw StoreError(.corrupt, "the event at position \(position) can't be read (\(error)); run verify")
        }
    }
}

extension UsageFact {
    /// Whom and what the event names; `nil` for types that name nobody.
    var identity: NamedIdentity? {
        switch detail {
        case .submitted(let identity, _), .started(_, let identity, _): identity
        case .restated(_, let restatement): restatement.identity
        case .alive, .stopped, .canceled, .waived: nil
        }
    }
}

extension StatementCache {
    /// The number of a task that an event names; `nil` when none does.
    func taskNumber(_ name: TaskID) throws -> Int64? {
        let find = try self("SELECT task FROM task WHERE name = ?1")
        find.bind(1, name.text)
        defer { find.reset() }
        return try find.step() ? find.integer(0) : nil
    }
}
