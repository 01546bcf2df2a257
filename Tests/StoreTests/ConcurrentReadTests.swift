import Foundation
import Store
import Synchronization
import TestSupport
import Testing
import Units

/// Many readers beside one writer: each sees whole transactions only, and none waits for ever.
@Suite struct ConcurrentReadTests {
    static let readers = 200

    @Test func twoHundredReadersWhileAWriterCommits() throws {
        let database = try TemporaryDatabase()
        let ledger = try SmallLedger(path: database.path)
        try ledger.recordJob("first")
        let path = database.path
        let faults = Mutex<[String]>([])
        let remaining = Mutex(Self.readers)
        let done = DispatchSemaphore(value: 0)
        for number in 0..<Self.readers {
            let thread = Thread {
                do {
                    for fault in try Self.readings(path) { faults.withLock { $0.append("reader \(number): \(fault)") } }
                } catch { faults.withLock { $0.append("reader \(number): \(error)") } }
                remaining.withLock { $0 -= 1 }
                done.signal()
            }
            thread.stackSize = 1 << 20
            thread.start()
        }
        var jobs = 1
        while remaining.withLock({ $0 > 0 }) {
            try ledger.recordJob("job\(jobs)", seconds: 100)
            jobs += 1
        }
        for _ in 0..<Self.readers { done.wait() }
        let found = faults.withLock { $0 }
        #expect(found.isEmpty, "\(found.count) readings were wrong, the first: \(found.first ?? "")")
        #expect(jobs > 3, "the writer hardly wrote")
        #expect(try ledger.store.head().size == Int64(4 + jobs * 3))
        #expect(try ledger.store.verify().isRight)
    }

    /// Three events to a job, one commit to a job: a state in between would show here.
    private static func readings(_ path: String) throws -> [String] {
        let store = try LedgerStore(path: path, mode: .readOnly)
        var faults: [String] = []
        var last: Int64 = 0
        for _ in 0..<5 {
            let answer = try store.usage(
                UsageQuery(
                    from: SmallLedger.october.firstDay, to: SmallLedger.october.lastDay, groups: [.task, .day],
                    eventCut: SmallLedger.october.end))
            let jobs = (answer.position - 4) / 3
            if (answer.position - 4) % 3 != 0 { faults.append("half of a job at position \(answer.position)") }
            if answer.total.usage.seconds != 3_600 + (jobs - 1) * 100 {
                faults.append("\(answer.total.usage.seconds) s at position \(answer.position)")
            }
            if answer.position < last { faults.append("position \(answer.position) after \(last)") }
            last = answer.position
        }
        return faults
    }
}
