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
        #expect(queue.take(before: .now, while: { $0 == 5 }) == [])
        queue.close()
        #expect(queue.add(6) == .closed)
        #expect(queue.take() == 4)
        #expect(queue.take() == nil)
    }

    @Test func allThatWaitsIsTakenUpToTheFirstThatIsNotWanted() {
        let queue = BlockingQueue<Int>(capacity: 100)
        for job in [1, 2, 9, 3] { #expect(queue.add(job, weight: 10) == .taken) }
        #expect(queue.take(before: .now, while: { $0 < 9 }) == [1, 2])
        #expect(queue.take(before: .now, while: { $0 < 9 }) == [])
        #expect(queue.waitingWeight == 20)
        #expect(queue.take() == 9)
        #expect(queue.take(before: .now, while: { $0 < 9 }) == [3])
        #expect(queue.take(before: .now, while: { _ in true }) == [], "nothing comes")
        queue.close()
        #expect(queue.take(before: .now.advanced(byNanoseconds: 1 << 40), while: { _ in true }) == [])
    }
}
