import Units

/// A message that waits, with where it goes now.
public struct OutboxMessage: Hashable, Sendable {
    public let sequence: Int64
    public let endpoint: Int64
    /// Whose endpoint it is, as a dense number.
    public let account: Int64
    public let address: String
    public let sealedSecret: String
    public let body: [UInt8]
    public let createdAt: Instant
    /// Until now.
    public let attempts: Int
    public let nextAttemptAt: Instant
    /// The same on every try, and never another message's.
    public let id: String
}

/// What became of one attempt.
public enum DeliveryOutcome: Hashable, Sendable {
    /// Taken, with this status of HTTP.
    case delivered(status: Int)
    /// Not taken. - Parameter next: when to try again; `nil` gives it up.
    case failed(_ result: String, next: Instant?)
}

extension LedgerStore {
    /// How long what was delivered or given up can still be looked at.
    static let keptMessageNanoseconds: Int64 = 7 * 24 * 3600 * 1_000_000_000

    /// The first waiting message of each endpoint, those due soonest first. An endpoint's later messages wait for it,
    /// so that each hears in the order of the log. O(endpoints with waiting messages).
    /// - Parameters:
    ///   - limit: messages in all.
    ///   - accountLimit: messages of one account, so that nobody's hide another's.
    public func waitingMessages(atMost limit: Int, ofOneAccount accountLimit: Int = .max) throws -> [OutboxMessage] {
        try read { statements, _ in
            let row = try statements(
                """
                WITH RECURSIVE lane (endpoint) AS (
                    SELECT min(endpoint) FROM webhook_message WHERE next_attempt_at IS NOT NULL
                    UNION ALL
                    SELECT (SELECT min(endpoint) FROM webhook_message
                        WHERE next_attempt_at IS NOT NULL AND endpoint > lane.endpoint)
                    FROM lane WHERE lane.endpoint IS NOT NULL),
                due AS (
                    SELECT m.sequence, row_number() OVER (
                        PARTITION BY e.account ORDER BY m.next_attempt_at, m.sequence) AS place
                    FROM lane JOIN webhook_message m ON m.sequence = (SELECT min(sequence) FROM webhook_message
                        WHERE next_attempt_at IS NOT NULL AND endpoint = lane.endpoint)
                    JOIN notification_endpoint e ON e.id = m.endpoint)
                SELECT m.sequence, m.endpoint, e.address, e.sealed_secret, m.body, m.created_at, m.attempts,
                    m.next_attempt_at, 'msg_' || m.position || '_' || m.endpoint || '_' || m.event_type, e.account
                FROM due JOIN webhook_message m ON m.sequence = due.sequence
                JOIN notification_endpoint e ON e.id = m.endpoint
                WHERE due.place <= ?2 ORDER BY m.next_attempt_at, m.sequence LIMIT ?1
                """)
            row.bind(1, Int64(limit))
            row.bind(2, Int64(accountLimit))
            var found: [OutboxMessage] = []
            while try row.step() {
                found.append(
                    OutboxMessage(
                        sequence: row.integer(0), endpoint: row.integer(1), account: row.integer(9),
                        address: row.text(2), sealedSecret: row.text(3), body: row.bytes(4),
                        createdAt: Instant(nanoseconds: row.integer(5)), attempts: Int(row.integer(6)),
                        nextAttemptAt: Instant(nanoseconds: row.integer(7)), id: row.text(8)))
            }
            return found
        }
    }

    /// Notes what became of an attempt. A message that is gone, or was noted as delivered, stays as it is.
    public func note(_ outcome: DeliveryOutcome, of message: OutboxMessage, at now: Instant) throws {
        try write { session in
            let row = try session.statements(
                """
                UPDATE webhook_message SET attempts = attempts + 1, next_attempt_at = ?2, delivered_at = ?3,
                last_result = ?4 WHERE sequence = ?1 AND next_attempt_at IS NOT NULL
                """)
            row.bind(1, message.sequence)
            switch outcome {
            case .delivered(let status):
                row.bind(2, Int64?.none)
                row.bind(3, now.nanoseconds)
                row.bind(4, String(status))
            case .failed(let result, let next):
                row.bind(2, next?.nanoseconds)
                row.bind(3, Int64?.none)
                row.bind(4, result)
            }
            try row.run()
            if case .delivered = outcome { try verify(message, session) }
            try forgetOld(before: now.advanced(byNanoseconds: -Self.keptMessageNanoseconds), session)
        }
    }

    /// The endpoint has taken a message at the address that it still has.
    private func verify(_ message: OutboxMessage, _ session: WriterSession) throws {
        let row = try session.statements(
            "UPDATE notification_endpoint SET is_verified = 1 WHERE id = ?1 AND address = ?2 AND is_verified = 0")
        row.bind(1, message.endpoint)
        row.bind(2, message.address)
        try row.run()
    }

    /// Two for each that is done, so that there are never many more than are kept.
    private func forgetOld(before horizon: Instant, _ session: WriterSession) throws {
        let row = try session.statements(
            """
            DELETE FROM webhook_message WHERE sequence IN (
                SELECT sequence FROM webhook_message WHERE next_attempt_at IS NULL AND created_at < ?1
                ORDER BY created_at LIMIT 2)
            """)
        row.bind(1, horizon.nanoseconds)
        try row.run()
    }
}
