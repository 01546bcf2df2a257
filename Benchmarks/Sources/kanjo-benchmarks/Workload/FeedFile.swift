import Foundation
import Units

/// Writes jobs as a feed of CloudEvents, one a line: in the order of time, started and stopped mixed as they come from
/// a running cluster. Ids of events count up, as a scheduler gives them.
struct FeedFile {
    private let file: UnsafeMutablePointer<FILE>
    private var buffer: [UInt8] = []
    private(set) var events = 0
    private var waiting = StopHeap()

    init(path: String) throws {
        guard let file = fopen(path, "w") else { throw BenchmarkError("can't write \(path)") }
        self.file = file
        buffer.reserveCapacity(1 << 20)
    }

    /// - Parameter openAt: runs that stop after it stay open.
    mutating func write(_ jobs: some Sequence<Job>, openAt: Int64 = .max) {
        for job in jobs {
            while let stopped = waiting.popFirst(upTo: job.start) { writeStop(stopped) }
            writeStart(job)
            if job.stop <= openAt { waiting.insert(job) }
        }
        while let stopped = waiting.popFirst(upTo: .max) { writeStop(stopped) }
    }

    mutating func close() {
        flush()
        fclose(file)
    }

    private mutating func writeStart(_ job: Job) {
        begin("started", job, at: job.start)
        append(",\"account\":\"\(Job.accountName(job.account))\",\"user\":\"\(job.userName)\",\"plan\":\"")
        append(Workload.plans[job.plan].id)
        append("\",\"gpus\":\(job.gpus)}}\n")
    }

    private mutating func writeStop(_ job: Job) {
        begin("stopped", job, at: job.stop)
        append(",\"outcome\":\"done\"}}\n")
    }

    private mutating func begin(_ kind: String, _ job: Job, at time: Int64) {
        events += 1
        let id = String(events)
        append("{\"specversion\":\"1.0\",\"source\":\"/clusters/tokyo-1\",\"id\":\"e-")
        append(String(repeating: "0", count: max(0, 10 - id.utf8.count)))
        append(id)
        append("\",\"type\":\"task.\(kind)\",\"subject\":\"\(job.taskName)\",\"time\":\"")
        append(Instant(nanoseconds: time).canonicalText)
        append("\",\"data\":{\"attempt\":1")
        if buffer.count > 1 << 20 { flush() }
    }

    private mutating func append(_ text: String) { buffer.append(contentsOf: text.utf8) }

    private mutating func flush() {
        buffer.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, file) }
        buffer.removeAll(keepingCapacity: true)
    }
}

/// Running jobs, the soonest stop first.
private struct StopHeap {
    private var jobs: [Job] = []

    mutating func insert(_ job: Job) {
        jobs.append(job)
        var child = jobs.count - 1
        while child > 0, jobs[child].stop < jobs[(child - 1) / 2].stop {
            jobs.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popFirst(upTo time: Int64) -> Job? {
        guard let first = jobs.first, first.stop <= time else { return nil }
        jobs.swapAt(0, jobs.count - 1)
        jobs.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < jobs.count && jobs[child].stop < jobs[least].stop { least = child }
            if least == parent { return first }
            jobs.swapAt(parent, least)
            parent = least
        }
    }
}
