import Testing

@testable import Service

/// The queue before the writing thread.
struct BlockingQueueTests {
    private final class Parcel: Sendable {}

    @Test func whatIsTakenIsLetGoThoughOthersWait() throws {
        let queue = BlockingQueue<Parcel>(capacity: 1_000_000)
        weak var taken: Parcel?
        do {
            let parcel = Parcel()
            taken = parcel
            #expect(queue.add(parcel) == .taken)
        }
        #expect(queue.add(Parcel()) == .taken)
        #expect(taken != nil)
        _ = queue.take()
        #expect(taken == nil)
        #expect(queue.waitingWeight == 1)
    }

    @Test func orderIsKeptAndWhatWeighsTooMuchStaysOutside() {
        let queue = BlockingQueue<Int>(capacity: 10)
        #expect(queue.add(1, weight: 6) == .taken)
        #expect(queue.add(2, weight: 5) == .full)
        #expect(queue.add(3, weight: 4) == .taken)
        #expect(queue.take() == 1)
        #expect(queue.add(4, weight: 6) == .taken)
        #expect(queue.take() == 3)
        #expect(queue.take(before: .now, where: { $0 == 5 }) == nil)
        queue.close()
        #expect(queue.add(6) == .closed)
        #expect(queue.take() == 4)
        #expect(queue.take() == nil)
    }
}
