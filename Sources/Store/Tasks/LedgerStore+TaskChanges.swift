import Scheduling
import UsageLedger
import Units

extension LedgerStore {
    /// What became of a wish to end or delete a task.
    public enum TaskChange: Hashable, Sendable {
        case done
        /// The task's status forbids it; nothing was written.
        case refused(TaskStatus)
    }

    /// Ends a task of the account: a waiting one at once, by `event`; for a running one the wish is recorded, so that
    /// whoever runs it can see it. A repeat of the wish writes nothing. Error: `not_found`.
    /// - Parameter event: the `task.canceled` of this task.
    public func cancel(
        _ id: TaskID, account: AccountID, user: UserID, with event: DecodedEvent, by actor: Actor
    ) throws -> TaskChange {
        try write { session in
            let found = try session.ownTask(id, account)
            switch found.status.cancellation {
            case .refused: return .refused(found.status)
            case .atOnce: _ = try record([event], at: actor.now)
            case .whenStopped:
                guard !found.isAskedToEnd else { return .done }
                try session.appendOwn(OwnTaskEvents.draft(.taskCancelRequested, task: id, user: user), by: actor)
            }
            return .done
        }
    }

    /// Takes an ended task off its account's list. What it used stays billed. Errors: `not_found`, also the second
    /// time.
    public func delete(_ id: TaskID, account: AccountID, user: UserID, by actor: Actor) throws -> TaskChange {
        try write { session in
            let found = try session.ownTask(id, account)
            guard found.status.isFinal else { return .refused(found.status) }
            try session.appendOwn(OwnTaskEvents.draft(.taskDeleted, task: id, user: user), by: actor)
            try session.expireFiles(of: id, at: actor.now)
            return .done
        }
    }

    /// Records that an account agrees to a version of the terms. Again for the version that it agreed to last, nothing
    /// is written.
    public func agree(to version: String, account: AccountID, user: UserID, by actor: Actor) throws {
        try write { session in
            let last = try session.statements(
                "SELECT version FROM terms_agreement WHERE account = ?1 ORDER BY position DESC LIMIT 1")
            last.bind(1, try session.keys.accounts.number(of: account) ?? -1)
            if try last.step() {
                defer { last.reset() }
                if last.text(0) == version { return }
            }
            try session.appendOwn(OwnTaskEvents.termsAgreed(version, account: account, user: user), by: actor)
        }
    }

    /// The terms that each account agreed to, the latest version with its instant.
    public func agreements() throws -> [AccountID: TermsAgreement] {
        try read { statements, keys in
            let row = try statements("SELECT account, version, agreed_at FROM terms_agreement ORDER BY position")
            var found: [AccountID: TermsAgreement] = [:]
            while try row.step() {
                found[try keys.accounts.name(of: row.integer(0))] = TermsAgreement(
                    version: row.text(1), agreedAt: Instant(nanoseconds: row.integer(2)))
            }
            return found
        }
    }
}

/// An account's word to the terms of service.
public struct TermsAgreement: Hashable, Sendable {
    public let version: String
    public let agreedAt: Instant

    public init(version: String, agreedAt: Instant) {
        self.version = version
        self.agreedAt = agreedAt
    }
}

extension WriterSession {
    /// Error: `not_found` for an unknown task, a deleted one and one that isn't the account's, alike.
    fileprivate func ownTask(_ id: TaskID, _ account: AccountID) throws -> (status: TaskStatus, isAskedToEnd: Bool) {
        let find = try statements(
            """
            SELECT c.status, c.cancel_asked_at IS NOT NULL FROM task t JOIN compute_task c ON c.task = t.task
            WHERE t.name = ?1 AND c.account = ?2 AND c.deleted_at IS NULL
            """)
        find.bind(1, id.text)
        find.bind(2, try keys.accounts.number(of: account) ?? -1)
        guard try find.step() else { throw StoreError.noTask(id) }
        defer { find.reset() }
        guard let status = TaskStatus(rawValue: find.text(0)) else {
            throw StoreError(.corrupt, "task '\(id)' has the status '\(find.text(0))'; run rebuild")
        }
        return (status, find.integer(1) == 1)
    }

    /// Appends one of our own events about a task or an account, and projects it.
    @discardableResult
    func appendOwn(_ draft: LedgerEventDraft, by actor: Actor) throws -> Int64 {
        log.begin(at: actor.now)
        let position = try append(draft, by: actor)
        let body = try JSONValue(parsing: try log.body(at: position))
        let rows = projector.taskRows
        try OwnTaskEventWriter(statements: statements, keys: keys, rows: rows).write(
            draft.type, body, position: position)
        try rows.flush()
        try log.end()
        return position
    }
}
