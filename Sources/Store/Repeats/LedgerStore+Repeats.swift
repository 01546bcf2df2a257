import Units

extension LedgerStore {
    /// Whether a request was answered at `horizon` or later. One indexed read.
    public func earlierRequest(_ request: RepeatableRequest, since horizon: Instant) throws -> EarlierRequest {
        try read { statements, keys in
            guard let account = try keys.accounts.number(of: request.account),
                let user = try keys.users.number(of: request.user)
            else { return .none }
            let row = try statements(
                """
                SELECT fingerprint, status, body FROM idempotency_key
                WHERE account = ?1 AND user = ?2 AND route = ?3 AND key = ?4 AND answered_at >= ?5
                """)
            row.bind(1, account)
            row.bind(2, user)
            row.bind(3, request.route)
            row.bind(4, request.key)
            row.bind(5, horizon.nanoseconds)
            guard try row.step() else { return .none }
            defer { row.reset() }
            guard row.bytes(0) == request.fingerprint else { return .different }
            return .answered(StoredAnswer(status: Int(row.integer(1)), body: row.bytes(2)))
        }
    }

    /// Keeps an answer, and forgets some of those from before `horizon`: two for each that is kept, so that there are
    /// never many more than can be asked for. Error: `refused` when the key's answer is kept already.
    public func keep(_ answer: StoredAnswer, of request: RepeatableRequest, at now: Instant, since horizon: Instant)
        throws
    {
        try write { session in
            try forgetAnswers(before: horizon, of: request, session)
            let row = try session.statements("INSERT INTO idempotency_key VALUES (?1,?2,?3,?4,?5,?6,?7,?8)")
            row.bind(1, try session.keys.accounts.numberAddingIfNeeded(of: request.account))
            row.bind(2, try session.keys.users.numberAddingIfNeeded(of: request.user))
            row.bind(3, request.route)
            row.bind(4, request.key)
            row.bind(5, request.fingerprint)
            row.bind(6, now.nanoseconds)
            row.bind(7, Int64(answer.status))
            row.bind(8, answer.body)
            try row.run()
        }
    }

    private func forgetAnswers(before horizon: Instant, of request: RepeatableRequest, _ session: WriterSession) throws
    {
        let own = try session.statements(
            """
            DELETE FROM idempotency_key
            WHERE account = ?1 AND user = ?2 AND route = ?3 AND key = ?4 AND answered_at < ?5
            """)
        own.bind(1, try session.keys.accounts.numberAddingIfNeeded(of: request.account))
        own.bind(2, try session.keys.users.numberAddingIfNeeded(of: request.user))
        own.bind(3, request.route)
        own.bind(4, request.key)
        own.bind(5, horizon.nanoseconds)
        try own.run()
        let oldest = try session.statements(
            """
            DELETE FROM idempotency_key WHERE (account, user, route, key) IN (
                SELECT account, user, route, key FROM idempotency_key WHERE answered_at < ?1
                ORDER BY answered_at LIMIT 2)
            """)
        oldest.bind(1, horizon.nanoseconds)
        try oldest.run()
    }
}
