import Service
import Store
import TestSupport
import Testing
import UsageLedger

/// One writer with group commit, a fixed set of readers, bounded queues.
@Suite struct ServingTests {
    @Test func manyPostersShareTransactionsAndEachGetsItsOwnResult() async throws {
        var limits = ServedLedger.Limits()
        limits.writer.groupNanoseconds = 50_000_000
        let file = try ServedFile(limits: limits)
        defer { file.close() }
        let positions = try await withThrowingTaskGroup(of: Int64?.self) { group in
            for index in 0..<64 {
                group.addTask {
                    let events = EventScript("start 1T10:00 task=t\(index) id=e\(index) account=a plan=p").decoded
                    guard case .recorded(let position) = try await file.ledger.writer.record(events)[0] else {
                        return nil
                    }
                    return position
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(positions.compactMap { $0 }.sorted() == Array(1...64))
        let counts = file.ledger.writer.counts
        #expect(counts.recorded == 64)
        #expect(counts.commits < 64, "\(counts.commits) transactions")
    }

    @Test func resultsComeBackToTheirSenders() async throws {
        let file = try ServedFile()
        defer { file.close() }
        let first = EventScript("start 1T10:00 id=a; start 1T10:00 id=b attempt=2").decoded
        _ = try await file.ledger.writer.record(first)
        async let again = file.ledger.writer.record(first)
        async let other = file.ledger.writer.record(EventScript("start 1T11:00 id=a").decoded)
        async let fresh = file.ledger.writer.record(EventScript("stop 1T12:00 id=c").decoded)
        let (repeats, conflicts, recorded) = try await (again, other, fresh)
        #expect(repeats.map(\.name) == ["duplicate 1", "duplicate 2"])
        #expect(conflicts.map(\.name) == ["conflict 1"])
        #expect(recorded.map(\.name) == ["recorded 3"])
    }

    @Test func readersSeeWhatWasAcknowledged() async throws {
        let file = try ServedFile()
        defer { file.close() }
        for index in 1...20 {
            _ = try await file.ledger.writer.record(EventScript("alive 1T10:00 id=e\(index)").decoded)
            #expect(try await file.ledger.readers.read { try $0.store.head().size } == Int64(index))
        }
    }

    @Test func twoHundredReadingsRunBesideTheWriter() async throws {
        let file = try ServedFile()
        defer { file.close() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask { _ = try await file.ledger.readers.read { try $0.store.head().size } }
                if index % 10 == 0 {
                    group.addTask {
                        _ = try await file.ledger.writer.record(EventScript("alive 1T10:00 id=e\(index)").decoded)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await file.ledger.readers.read { try $0.store.head().size } == 20)
    }

    @Test func whatDoesNotFitIsRefusedAtOnce() async throws {
        var limits = ServedLedger.Limits()
        limits.writer.waitingItems = 2
        (limits.readers, limits.waitingReadings) = (1, 1)
        let file = try ServedFile(limits: limits)
        defer { file.close() }
        let gate = Gate()
        let blocked = Task { try await file.ledger.writer.perform { _ in gate.wait() } }
        let reading = Task { try await file.ledger.readers.read { _ in gate.wait() } }
        gate.awaitArrivals(2)
        let waiting = Task { try await file.ledger.writer.record(EventScript("alive 1T10:00; alive 1T10:01").decoded) }
        let waitingReading = Task { try await file.ledger.readers.read { try $0.store.head().size } }
        while file.ledger.writer.waiting < 2 || file.ledger.readers.waiting < 1 { await Task.yield() }
        await #expect(throws: ServiceError.self) {
            try await file.ledger.writer.record(EventScript("alive 1T10:00 id=x").decoded)
        }
        await #expect(throws: ServiceError.self) { try await file.ledger.readers.read { try $0.store.head().size } }
        gate.open()
        _ = try await (blocked.value, reading.value, waitingReading.value)
        #expect(try await waiting.value.count == 2)
    }

    @Test func closingFinishesWhatWasTakenIn() async throws {
        let file = try ServedFile()
        let recordings = (0..<50).map { index in
            Task { try await file.ledger.writer.record(EventScript("alive 1T10:00 id=e\(index)").decoded).count }
        }
        for recording in recordings { #expect(try await recording.value == 1) }
        let path = file.path
        file.ledger.close()
        #expect(try LedgerStore(path: path, mode: .readOnly).head().size == 50)
        await #expect(throws: ServiceError.self) {
            try await file.ledger.writer.record(EventScript("alive 1T10:00 id=late").decoded)
        }
    }
}

extension RecordResult {
    /// Kind and position, for a table.
    fileprivate var name: String {
        switch self {
        case .recorded(let position): "recorded \(position)"
        case .duplicate(let position): "duplicate \(position)"
        case .conflict(let position, _): "conflict \(position)"
        case .refused(let error): "refused \(error.code.rawValue)"
        }
    }
}
