import Scheduling
import UsageLedger
import Units

extension LedgerStore {
    /// What our own scheduler has to do: tasks that were handed in at this server and wait, and containers that aren't
    /// settled. O(waiting tasks + containers).
    /// - Parameter waitingOfUser: waiting tasks of one user to give at most.
    public func scheduledWork(waitingOfUser: Int) throws -> ScheduledWork {
        try read { statements, keys in
            var work = ScheduledWork()
            let waiting = try statements(
                """
                SELECT name, account, user, plan FROM (SELECT t.name, c.account, c.user, c.plan, c.created_at, c.task,
                row_number() OVER (PARTITION BY c.account, c.user ORDER BY c.created_at, c.task) AS place
                FROM compute_task c JOIN task t ON t.task = c.task JOIN event e ON e.position = c.submission
                JOIN event_source s ON s.source = e.source
                WHERE c.status = 'waiting' AND c.plan IS NOT NULL AND s.name = ?1) WHERE place <= ?2
                ORDER BY created_at, task
                """)
            waiting.bind(1, Actor.source)
            waiting.bind(2, Int64(waitingOfUser))
            while try waiting.step() {
                work.waiting.append(
                    QueuedTask(
                        id: try TaskID(waiting.text(0)), account: try keys.accounts.name(of: waiting.integer(1)),
                        user: try keys.users.name(of: waiting.integer(2)),
                        plan: try keys.plans.name(of: waiting.integer(3))))
            }
            let kept = try statements("SELECT \(ContainerRows.columns) ORDER BY k.task")
            while try kept.step() { work.containers.append(try ContainerRows.read(kept, keys)) }
            return work
        }
    }

    /// One container; `nil` when it is settled.
    public func container(of task: TaskID) throws -> KeptContainer? {
        try read { statements, keys in
            let row = try statements("SELECT \(ContainerRows.columns) WHERE k.task = ?1")
            row.bind(1, task.text)
            guard try row.step() else { return nil }
            defer { row.reset() }
            return try ContainerRows.read(row, keys)
        }
    }

    /// Whether a task has ended and nothing of it is to be cleared away any more: no container will run it again.
    public func isSettled(_ task: TaskID) throws -> Bool {
        try read { statements, _ in
            let row = try statements(
                """
                SELECT 1 FROM task t JOIN compute_task c ON c.task = t.task
                WHERE t.name = ?1 AND c.status NOT IN ('waiting', 'running')
                AND NOT EXISTS (SELECT 1 FROM container k WHERE k.task = t.name)
                """)
            row.bind(1, task.text)
            defer { row.reset() }
            return try row.step()
        }
    }

    /// Records the intention to run a task that waits: from now on it shows as running, and canceling it is a wish.
    /// `nil` when it doesn't wait any more; then nothing is written.
    /// - Parameters:
    ///   - name: of the container to be.
    ///   - capSeconds: no task runs longer, whatever its user asked for.
    public func place(
        _ placement: Placement, name: String, capSeconds: Int64?, by actor: Actor
    ) throws -> KeptContainer? {
        try write { session in
            let find = try session.statements(
                """
                SELECT t.task FROM task t JOIN compute_task c ON c.task = t.task
                WHERE t.name = ?1 AND c.status = 'waiting'
                """
            )
            find.bind(1, placement.task.id.text)
            guard try find.step() else { return nil }
            let number = find.integer(0)
            find.reset()
            let facts = try TaskEvents(session.statements).facts(of: number)
            let asked = facts.filter { $0.submitter?.account != nil }.min(by: UsageFact.isEarlier)?.limitSeconds
            let container = KeptContainer(
                placement, attempt: 1, name: name, limitSeconds: [asked, capSeconds].compactMap(\.self).min(),
                placedAt: actor.now)
            try session.appendOwn(OwnTaskEvents.placed(container), by: actor)
            try ContainerRows.insert(container, session)
            return container
        }
    }

    /// Gives a task of which nothing was started another machine. `nil` when there is no such task any more: it has
    /// come further, was moved before, or is to end; then nothing is written.
    public func move(_ container: KeptContainer, to placement: Placement, by actor: Actor) throws -> KeptContainer? {
        try write { session in
            guard let found = try self.container(of: container.task), found.phase == .placed, !found.isUnwanted,
                found.host == container.host
            else { return nil }
            let moved = KeptContainer(
                placement, attempt: found.attempt, name: found.name, limitSeconds: found.limitSeconds,
                placedAt: actor.now)
            try session.appendOwn(OwnTaskEvents.placed(moved), by: actor)
            let row = try session.statements(
                "UPDATE container SET host = ?2, gpus = ?3, placed_at = ?4 WHERE task = ?1")
            row.bind(1, moved.task.text)
            row.bind(2, moved.host)
            row.bind(3, ContainerRows.text(moved.gpus))
            row.bind(4, moved.placedAt.nanoseconds)
            try row.run()
            return moved
        }
    }

    /// Writes down how far a container has come. One that is settled, or was given another host meanwhile, stays so.
    public func update(_ container: KeptContainer) throws {
        try write { session in
            let row = try session.statements(
                """
                UPDATE container SET phase = ?2, started_at = ?3, last_proof_at = ?4, ended_by = ?5, gpus = ?7
                WHERE task = ?1 AND host = ?6
                """)
            row.bind(1, container.task.text)
            row.bind(2, container.phase.rawValue)
            row.bind(3, container.startedAt?.nanoseconds)
            row.bind(4, container.lastProofAt?.nanoseconds)
            row.bind(5, container.endedBy?.rawValue)
            row.bind(6, container.host)
            row.bind(7, ContainerRows.text(container.gpus))
            try row.run()
        }
    }

    /// Ends a task whose container never ran, with `error` or `aborted`: it costs nothing. A container that has ended
    /// already, or was given another host meanwhile, stays as it is.
    public func fail(_ container: KeptContainer, _ outcome: Outcome, message: String, by actor: Actor) throws {
        try write { session in
            guard let found = try self.container(of: container.task), found.phase != .ended,
                found.host == container.host
            else { return }
            try session.appendOwn(OwnTaskEvents.failed(container, outcome, message: message), by: actor)
            var container = container
            container.phase = .ended
            try update(container)
        }
    }

    /// Forgets a container of which the engine holds nothing any more.
    public func settle(_ container: KeptContainer) throws {
        try write { session in
            let row = try session.statements("DELETE FROM container WHERE task = ?1 AND phase = 'ended'")
            row.bind(1, container.task.text)
            try row.run()
        }
    }
}

extension UsageFact {
    /// The limit that a submitted event names.
    fileprivate var limitSeconds: Int64? {
        if case .submitted(_, let limitSeconds) = detail { limitSeconds } else { nil }
    }
}

/// Rows of `container`, with the wish of the task's owner.
enum ContainerRows {
    static let columns = """
        k.task, k.account, k.user, k.plan, k.attempt, k.host, k.name, k.phase, k.limit_seconds, k.placed_at, \
        k.started_at, k.last_proof_at, k.ended_by, c.cancel_asked_at IS NOT NULL, k.gpus FROM container k \
        LEFT JOIN task t ON t.name = k.task LEFT JOIN compute_task c ON c.task = t.task
        """

    static func read(_ row: RawStatement, _ keys: Keys) throws -> KeptContainer {
        var container = KeptContainer(
            task: try TaskID(row.text(0)), account: try keys.accounts.name(of: row.integer(1)),
            user: try keys.users.name(of: row.integer(2)), plan: try keys.plans.name(of: row.integer(3)),
            attempt: row.integer(4), host: row.text(5), name: row.text(6), limitSeconds: row.optionalInteger(8),
            placedAt: Instant(nanoseconds: row.integer(9)),
            gpus: row.text(14).split(separator: " ").compactMap { Int($0) })
        guard let phase = KeptContainer.Phase(rawValue: row.text(7)) else {
            throw StoreError(.corrupt, "container '\(container.name)' has the phase '\(row.text(7))'; restore a backup")
        }
        container.phase = phase
        container.startedAt = row.optionalInteger(10).map(Instant.init(nanoseconds:))
        container.lastProofAt = row.optionalInteger(11).map(Instant.init(nanoseconds:))
        container.endedBy = row.optionalText(12).flatMap(ContainerEnding.Ender.init(rawValue:))
        container.isUnwanted = row.integer(13) == 1
        return container
    }

    static func insert(_ container: KeptContainer, _ session: WriterSession) throws {
        let row = try session.statements(
            """
            INSERT INTO container (task, account, user, plan, attempt, host, name, phase, limit_seconds, placed_at,
            gpus) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)
            """)
        row.bind(1, container.task.text)
        row.bind(2, try session.keys.accounts.numberAddingIfNeeded(of: container.account))
        row.bind(3, try session.keys.users.numberAddingIfNeeded(of: container.user))
        row.bind(4, try session.keys.plans.numberAddingIfNeeded(of: container.plan))
        row.bind(5, container.attempt)
        row.bind(6, container.host)
        row.bind(7, container.name)
        row.bind(8, container.phase.rawValue)
        row.bind(9, container.limitSeconds)
        row.bind(10, container.placedAt.nanoseconds)
        row.bind(11, text(container.gpus))
        try row.run()
    }

    static func text(_ gpus: [Int]) -> String { gpus.map(String.init).joined(separator: " ") }
}
