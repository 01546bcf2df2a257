import GRDB
import Store
import TestSupport
import Testing

/// The log's tables refuse to be changed, whoever asks (§3, §7).
@Suite struct LogTriggerTests {
    @Test(arguments: [
        ("UPDATE event SET occurred_at = occurred_at + 1 WHERE position = 5", "the log is never changed"),
        ("UPDATE event SET body = x'7B7D' WHERE position = 5", "the log is never changed"),
        ("DELETE FROM event WHERE position = 7", "the log is never changed"),
        ("UPDATE task SET name = 'other'", "the log is never changed"),
        ("DELETE FROM task", "the log is never changed"),
        ("UPDATE event_source SET name = 'other'", "the log is never changed"),
        ("DELETE FROM event_source", "the log is never changed"),
        ("UPDATE document SET payable_yen = 0", "an issued document is never changed"),
        ("UPDATE document SET body = x'7B7D'", "an issued document is never changed"),
        ("DELETE FROM document", "an issued document is never changed"),
        ("REPLACE INTO document SELECT * FROM document", "an issued document is never changed"),
        ("PRAGMA recursive_triggers = ON; REPLACE INTO event SELECT * FROM event", "the log is never changed"),
        ("UPDATE private_text SET text = x'227822'", "a private text is erased, never changed"),
    ])
    func refused(sql: String, message: String) throws {
        let database = try TemporaryDatabase()
        try fill(database)
        let queue = try DatabaseQueue(path: database.path)
        let error = #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: sql) } }
        #expect(error?.message?.contains(message) == true, "\(error?.message ?? "no message")")
        try queue.close()
        #expect(try LedgerStore(path: database.path).verify().isRight)
    }

    /// A person's words may be erased; what is left still proves itself.
    @Test func privateTextsMayBeErased() throws {
        let database = try TemporaryDatabase()
        try fill(database)
        let queue = try DatabaseQueue(path: database.path)
        try queue.write { try $0.execute(sql: "DELETE FROM private_text WHERE field = 'name' AND position > 4") }
        try queue.close()
        let ledger = try SmallLedger(path: database.path)
        #expect(try ledger.store.verify().isRight)
        // The event is known as before; only the words can't be compared any more.
        let sent = "submit 10-10T09:00 id=job-1 task=job account=acme user=alice plan=v100 name=job"
        #expect(word(try ledger.record(sent).first).hasPrefix("duplicate"))
        #expect(word(try ledger.record(sent.replacing("alice", with: "bob")).first).hasPrefix("conflict"))
    }

    /// Closed again at the end, so that another connection may write.
    private func fill(_ database: TemporaryDatabase) throws {
        let ledger = try SmallLedger(path: database.path)
        try ledger.recordJob("job")
        try ledger.issue()
    }
}
