import Feeds
import Foundation

/// Bytes from a task to a thread: adding waits while enough is there, reading blocks the thread.
final class BytePipe: ByteSource, @unchecked Sendable {
    private let condition = NSCondition()
    private var chunks: [[UInt8]] = []
    private var firstOffset = 0
    private var waitingBytes = 0
    private var isEnded = false
    private var failure: FeedError?
    private var producer: CheckedContinuation<Void, Never>?
    private var takenBytes: Int64 = 0

    static let capacityBytes = 256 << 10

    var bytesConsumed: Int64 { locked { takenBytes } }
    var totalBytes: Int64? { nil }

    /// Adds bytes; returns when there is room for more, or when nobody reads any more. One adder at a time.
    func add(_ bytes: [UInt8]) async {
        guard !bytes.isEmpty else { return }
        await withCheckedContinuation { continuation in
            let goesOn = locked {
                guard !isEnded else { return true }
                chunks.append(bytes)
                waitingBytes += bytes.count
                condition.signal()
                guard waitingBytes >= Self.capacityBytes else { return true }
                producer = continuation
                return false
            }
            if goesOn { continuation.resume() }
        }
    }

    /// No further bytes come; why, if not because this is all.
    func end(_ failure: FeedError? = nil) {
        let waiting = locked {
            if !isEnded { self.failure = failure }
            isEnded = true
            condition.signal()
            return takeProducer()
        }
        waiting?.resume()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FeedError) -> Int {
        condition.lock()
        while chunks.isEmpty, !isEnded { condition.wait() }
        guard let first = chunks.first else {
            defer { condition.unlock() }
            if let failure { throw failure }
            return 0
        }
        let count = min(buffer.count, first.count - firstOffset)
        buffer.copyBytes(from: first[firstOffset..<firstOffset + count])
        firstOffset += count
        waitingBytes -= count
        takenBytes += Int64(count)
        if firstOffset == first.count {
            chunks.removeFirst()
            firstOffset = 0
        }
        let waiting = waitingBytes < Self.capacityBytes ? takeProducer() : nil
        condition.unlock()
        waiting?.resume()
        return count
    }

    private func takeProducer() -> CheckedContinuation<Void, Never>? {
        defer { producer = nil }
        return producer
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        condition.lock()
        defer { condition.unlock() }
        return body()
    }
}
