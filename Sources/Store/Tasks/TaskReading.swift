import Billing
import Scheduling
import UsageLedger
import Units

/// Puts a task together: its row, the words of its submission, its run and its stop. A fixed number of indexed reads,
/// however long the task has lived; of a restated or contradicted run all its events are read.
struct TaskReading {
    static let columns = """
        c.task, t.name, c.account, c.plan, c.status, c.created_at, c.updated_at, c.canceled_at, c.cancel_asked_at, \
        c.attempt, c.submission, c.stop, c.user, c.placed_at, c.failed_at, c.failure
        """

    private let statements: StatementCache
    private let keys: Keys
    private let now: Instant
    private let silence: RunawaySilence

    /// - Parameter now: until when an open run is counted.
    init(_ statements: StatementCache, _ keys: Keys, now: Instant) throws {
        self.statements = statements
        self.keys = keys
        self.now = now
        silence = try SetUpReader(statements, keys).rules(.max).runawaySilence
    }

    /// What a row of `columns` says; the statement may stand on the next row afterwards.
    struct Row {
        let task: Int64
        let attempt: Int64?
        let submission: Int64
        let stop: Int64?
        /// Position of the event that says why its container never ran.
        let failure: Int64?
        var compute: ComputeTask
    }

    func row(_ row: RawStatement) throws -> Row {
        guard let status = TaskStatus(rawValue: row.text(4)) else {
            throw StoreError(.corrupt, "task '\(row.text(1))' has the status '\(row.text(4))'; run rebuild")
        }
        let asked = row.optionalInteger(8).map(Instant.init(nanoseconds:))
        let updated = Instant(
            nanoseconds: max(row.integer(6), row.optionalInteger(13) ?? .min, row.optionalInteger(14) ?? .min))
        var compute = ComputeTask(
            id: try TaskID(row.text(1)), account: try keys.accounts.name(of: row.integer(2)),
            user: try keys.users.name(of: row.integer(12)), status: status,
            createdAt: Instant(nanoseconds: row.integer(5)), updatedAt: max(updated, asked ?? updated),
            canceledAt: row.optionalInteger(7).map(Instant.init(nanoseconds:)) ?? asked,
            container: ComputeContainer(plan: try row.optionalInteger(3).map(keys.plans.name)))
        compute.isAskedToEnd = asked != nil && status == .running
        return Row(
            task: row.integer(0), attempt: row.optionalInteger(9), submission: row.integer(10),
            stop: row.optionalInteger(11), failure: row.optionalInteger(15), compute: compute)
    }

    /// The whole task.
    func task(_ row: Row) throws -> ComputeTask {
        var task = row.compute
        try readSubmission(row.submission, into: &task)
        task.container.isInHand = try task.status == .running && task.container.httpPort != nil && isInHand(task.id)
        if let attempt = row.attempt { try readRun(row, attempt, into: &task) }
        task.artifact = try artifact(task.id)
        if let failure = row.failure, row.attempt == nil {
            task.errorMessage = try texts(at: failure)["error_message"]?.string ?? ""
        }
        if let stop = row.stop {
            task.container.exitCode = try data(at: stop)?["exit_code"]?.integer
            task.errorMessage = try texts(at: stop)["error_message"]?.string ?? ""
            if let words = try wordsOfFiles(task.id) {
                task.errorMessage = [task.errorMessage, words].filter { !$0.isEmpty }.joined(separator: "; ")
            }
        }
        return task
    }

    /// What is to be said of the files that it left behind.
    private func wordsOfFiles(_ task: TaskID) throws -> String? {
        let row = try statements("SELECT message FROM task_output WHERE task = ?1")
        row.bind(1, task.text)
        guard try row.step() else { return nil }
        defer { row.reset() }
        return row.text(0)
    }

    private func isInHand(_ task: TaskID) throws -> Bool {
        let row = try statements("SELECT 1 FROM container WHERE task = ?1 AND phase <> 'ended'")
        row.bind(1, task.text)
        defer { row.reset() }
        return try row.step()
    }

    private func artifact(_ task: TaskID) throws -> TaskArtifact? {
        let row = try statements("SELECT id, created_at, size_bytes FROM artifact WHERE task = ?1 AND expires_at > ?2")
        row.bind(1, task.text)
        row.bind(2, now.nanoseconds)
        guard try row.step() else { return nil }
        defer { row.reset() }
        return TaskArtifact(
            id: row.text(0), createdAt: Instant(nanoseconds: row.integer(1)), sizeBytes: row.integer(2))
    }

    private func readSubmission(_ position: Int64, into task: inout ComputeTask) throws {
        let words = try texts(at: position)
        task.name = words["name"]?.string ?? ""
        task.tags = Self.strings(words["tags"])
        task.container.image = words["image"]?.string ?? ""
        task.container.command = Self.strings(words["command"])
        task.container.entrypoint = Self.strings(words["entrypoint"])
        task.container.environment = words["environment"]
        guard let data = try data(at: position) else { return }
        task.container.registry = data["registry"]?.string
        task.container.http = data["http"] ?? .null
        task.container.ssh = data["ssh"] ?? .null
        let requested = data["requested_execution_time_limit_sec"] ?? data["execution_time_limit_sec"]
        task.limitSeconds = requested?.integer
    }

    private func readRun(_ row: Row, _ attempt: Int64, into compute: inout ComputeTask) throws {
        guard let run = try run(row, attempt) else { return }
        compute.container.startedAt = run.startedAt
        compute.container.stoppedAt = run.stoppedAt
        guard let startedAt = run.startedAt else { return }
        let cut = max(startedAt, run.isOpen ? now : .endOfTime)
        compute.container.executionSeconds = run.elapsedSeconds(to: run.billedEnd(eventCut: cut, silence: silence))
    }

    /// Looked up where the task's account and stop say that it is, else assembled: what it names decides no time.
    private func run(_ row: Row, _ attempt: Int64) throws -> Run? {
        let account = try keys.accounts.number(of: row.compute.account)
        let place = try statements(row.stop == nil ? RunRows.openRow : RunRows.rowStoppedByEvent)
        place.bind(1, account)
        place.bind(2, row.task)
        place.bind(3, attempt)
        if let stop = row.stop { place.bind(4, stop) }
        if try place.step() {
            defer { place.reset() }
            return try RunRows.read(place, keys).run
        }
        let history = TaskHistory(
            task: row.compute.id, facts: try TaskEvents(statements).facts(of: row.task), planTerms: { _ in nil },
            isRegistered: { _ in true })
        return history.runs.first { $0.attempt == attempt }
    }

    private func data(at position: Int64) throws -> JSONValue? {
        let row = try statements("SELECT body FROM event WHERE position = ?1")
        row.bind(1, position)
        guard try row.step() else { return nil }
        defer { row.reset() }
        return row.withBytes(0) { try? JSONValue(parsing: $0) }?["data"]
    }

    private func texts(at position: Int64) throws -> [String: JSONValue] {
        let row = try statements("SELECT field, text FROM private_text WHERE position = ?1")
        row.bind(1, position)
        var found: [String: JSONValue] = [:]
        while try row.step() { found[row.text(0)] = row.withBytes(1) { try? JSONValue(parsing: $0) } }
        return found
    }

    private static func strings(_ value: JSONValue?) -> [String] { (value?.array ?? []).compactMap(\.string) }
}
