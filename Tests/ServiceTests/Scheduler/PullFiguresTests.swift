import ContainerEngine
import Testing
import Units

@testable import Service

@Suite struct PullFiguresTests {
    @Test func layersAddUpAndUnpackingTakesNothingBack() {
        let figures = PullFigures()
        let pull = figures.begin()
        for (layer, current, total) in [("a", 10, 40), ("b", 5, 5), ("a", 40, 40), ("a", 3, 40), ("a", 0, 0)] {
            figures.note(
                PullProgress(status: "s", layer: layer, currentBytes: Int64(current), totalBytes: Int64(total)),
                of: pull)
        }
        figures.note(PullProgress(status: "Pulling from somewhere", currentBytes: 9), of: pull)
        #expect(figures.now.running == 1)
        #expect(figures.now.arrivedBytes == 45)
        #expect(figures.now.knownBytes == 45)
        figures.end(pull, .done)
        figures.end(pull, .failed)
        figures.note(PullProgress(status: "s", layer: "a", currentBytes: 1), of: pull)
        #expect(figures.now.running == 0)
        #expect(figures.now.arrivedBytes == 0)
        #expect(Self.ended(figures) == ["done": 1, "failed": 0, "given_up": 0])
    }

    @Test func anEngineThatLiesAboutSizesOverflowsNothing() {
        let figures = PullFigures()
        let pull = figures.begin()
        for layer in 0..<2_000 {
            figures.note(
                PullProgress(status: "s", layer: "\(layer)", currentBytes: .max, totalBytes: .min), of: pull)
        }
        #expect(figures.now.arrivedBytes == 1_000 * 1_125_899_906_842_624)
        #expect(figures.now.knownBytes == 0)
    }

    /// Done, failed at the registry and given up by its task, through the scheduler's own table.
    @Test func eachEndOfAPullIsCounted() async throws {
        let figures = PullFigures()
        let table = PullTable(figures: figures)
        let ids = try [1, 2, 3].map { try TaskID("task-\($0)") }
        let (said, saying) = AsyncStream.makeStream(of: Void.self)
        let (silence, talking) = AsyncStream.makeStream(of: Void.self)
        let (over, ending) = AsyncStream.makeStream(of: Void.self)
        _ = table.course(of: ids[0], on: "a", orBegin: { _ in }, whenOver: {})
        _ = table.course(
            of: ids[1], on: "a", orBegin: { _ in throw EngineError(.imageNotFound, "there is none") }, whenOver: {})
        _ = table.course(
            of: ids[2], on: "a",
            orBegin: { tell in
                tell(PullProgress(status: "Downloading", layer: "a", currentBytes: 7, totalBytes: 9))
                saying.yield()
                for await _ in silence {}
                try Task.checkCancellation()
            }, whenOver: { ending.yield() })
        await table.finished(ids[0])
        await table.finished(ids[1])
        for await _ in said { break }
        #expect(figures.now.running == 1)
        #expect(figures.now.arrivedBytes == 7)
        #expect(figures.now.knownBytes == 9)
        table.forget(ids[2])
        for await _ in over { break }
        #expect(figures.now.running == 0)
        #expect(Self.ended(figures) == ["done": 1, "failed": 1, "given_up": 1])
        talking.finish()
    }

    /// A task that was moved waits for its image on the new host, and no word of the old one counts.
    @Test func aPullToAnotherHostTakesThePlaceOfTheFirst() async throws {
        let table = PullTable(figures: PullFigures()), task = try TaskID("task-1")
        let (silence, talking) = AsyncStream.makeStream(of: Void.self)
        let first = table.course(
            of: task, on: "a",
            orBegin: { _ in
                for await _ in silence {}
                try Task.checkCancellation()
            }, whenOver: {})
        _ = table.course(of: task, on: "b", orBegin: { _ in }, whenOver: {})
        await table.finished(task)
        guard case .running(let old) = first else { throw EngineError(.badAnswer, "the first doesn't run") }
        await old.value
        #expect(old.isCancelled)
        let again = table.course(of: task, on: "b", orBegin: { _ in throw CancellationError() }, whenOver: {})
        guard case .done = again else { throw EngineError(.badAnswer, "the second isn't done: \(again)") }
        talking.finish()
    }

    private static func ended(_ figures: PullFigures) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: figures.now.ended.map { ($0.result.rawValue, $0.count) })
    }
}
