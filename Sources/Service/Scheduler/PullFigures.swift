import ContainerEngine
import Synchronization

/// Pulls of images as an administrator sees them: how many tasks wait for one, how far they have come, how they ended.
/// Two tasks that wait for the same image count as two, though the engine brings it once.
public final class PullFigures: Sendable {
    public enum Result: String, CaseIterable, Sendable {
        case done, failed
        /// Nobody wanted it any more: the task was cancelled, or the server ended.
        case givenUp = "given_up"
    }

    public struct Figures: Sendable {
        public var running = 0
        /// Of the running ones, as far as the engine says it: what has arrived, and the size of the layers named.
        public var arrivedBytes: Int64 = 0
        public var knownBytes: Int64 = 0
        /// Since the server began; every result is there.
        public var ended: [(result: Result, count: Int)] = []
    }

    private struct Layer {
        var arrivedBytes: Int64 = 0
        var knownBytes: Int64 = 0
    }

    private struct State {
        var running: [Int: [String: Layer]] = [:]
        var next = 0
        var ended: [Result: Int] = [:]
    }

    /// Of one pull; an engine that names more isn't followed further.
    private static let mostLayers = 1_000
    /// 2⁵⁰: above any layer, and far from an overflow of their sum.
    private static let mostBytes: Int64 = 1_125_899_906_842_624

    private let state = Mutex(State())

    init() {}

    public var now: Figures {
        state.withLock { state in
            var figures = Figures(running: state.running.count)
            for layer in state.running.values.flatMap(\.values) {
                figures.arrivedBytes = figures.arrivedBytes.saturated(adding: layer.arrivedBytes)
                figures.knownBytes = figures.knownBytes.saturated(adding: layer.knownBytes)
            }
            figures.ended = Result.allCases.map { ($0, state.ended[$0] ?? 0) }
            return figures
        }
    }

    /// The number by which the pull is known here.
    func begin() -> Int {
        state.withLock { state in
            state.next += 1
            state.running[state.next] = [:]
            return state.next
        }
    }

    /// What the engine has said. A layer that has arrived is counted from its beginning again as it is unpacked: the
    /// most that was said of it holds.
    func note(_ step: PullProgress, of pull: Int) {
        state.withLock { state in
            guard let layer = step.layer, var layers = state.running[pull] else { return }
            var known = layers[layer] ?? Layer()
            guard layers[layer] != nil || layers.count < Self.mostLayers else { return }
            known.arrivedBytes = max(known.arrivedBytes, min(step.currentBytes, Self.mostBytes))
            known.knownBytes = max(known.knownBytes, min(step.totalBytes, Self.mostBytes))
            layers[layer] = known
            state.running[pull] = layers
        }
    }

    /// One that has ended already stays so.
    func end(_ pull: Int, _ result: Result) {
        state.withLock { state in
            guard state.running.removeValue(forKey: pull) != nil else { return }
            state.ended[result, default: 0] += 1
        }
    }
}

extension Int64 {
    fileprivate func saturated(adding other: Int64) -> Int64 {
        let (sum, isOver) = addingReportingOverflow(other)
        return isOver ? .max : sum
    }
}
