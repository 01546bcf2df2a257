import Foundation
import Store
import Synchronization
import TestSupport
import Testing
import Units

/// Many readers beside one writer: each sees whole transactions only, and none waits for ever.
@Suite struct ConcurrentReadTests {
    static let readers = 200, readingsEach = 5

    @Test func twoHundredReadersWhileAWriterCommits() throws {
        let database = try TemporaryDatabase()
        let ledger = try SmallLedger(path: database.path)
        try ledger.recordJob("first")
        let path = database.path
        let faults = Mutex<[String]>([])
        let progress = Progress(readers: Self.readers)
        for number in 0..<Self.readers {
            let thread = Thread {
                do {
                    for fault in try Self.readings(path, progress) {
                        faults.withLock { $0.append("reader \(number): \(fault)") }
                    }
                } catch { faults.withLock { $0.append("reader \(number): \(error)") } }
                progress.finish()
            }
            thread.stackSize = 1 << 20
            thread.start()
        }
        var jobs: Int64 = 1
        while progress.isAnyReading {
            try ledger.recordJob("job\(jobs)", seconds: 100)
            jobs += 1
            progress.committed(4 + jobs * 3)
        }
        let found = faults.withLock { $0 }
        #expect(found.isEmpty, "\(found.count) readings were wrong, the first: \(found.first ?? "")")
        #expect(jobs >= Int64(Self.readingsEach))
        #expect(try ledger.store.head().size == 4 + jobs * 3)
        #expect(try ledger.store.verify().isRight)
    }

    /// Three events to a job, one commit to a job: a state in between would show here. Between two readings there is a
    /// commit at least, and the later reading shows it.
    private static func readings(_ path: String, _ progress: Progress) throws -> [String] {
        let store = try LedgerStore(path: path, mode: .readOnly)
        var faults: [String] = []
        var last: Int64 = 0
        for _ in 0..<readingsEach {
            progress.waitForCommit(after: last)
            let answer = try store.usage(
                UsageQuery(
                    from: SmallLedger.october.firstDay, to: SmallLedger.october.lastDay, groups: [.task, .day],
                    eventCut: SmallLedger.october.end))
            let jobs = (answer.position - 4) / 3
            if (answer.position - 4) % 3 != 0 { faults.append("half of a job at position \(answer.position)") }
            if answer.total.usage.seconds != 3_600 + (jobs - 1) * 100 {
                faults.append("\(answer.total.usage.seconds) s at position \(answer.position)")
            }
            if answer.position <= last { faults.append("position \(answer.position) after \(last)") }
            last = answer.position
        }
        return faults
    }
}

/// How far the writer is, and how many readers still read.
private final class Progress: @unchecked Sendable {
    private let condition = NSCondition()
    private var position: Int64 = 7
    private var reading: Int

    init(readers: Int) { reading = readers }

    var isAnyReading: Bool { condition.withLock { reading > 0 } }

    func committed(_ position: Int64) {
        condition.withLock {
            self.position = position
            condition.broadcast()
        }
    }

    func finish() { condition.withLock { reading -= 1 } }

    func waitForCommit(after last: Int64) {
        condition.withLock { while position <= last { condition.wait() } }
    }
}
