import Documents
import Units

/// One line on standard error that shows how far something is: only on a terminal, never with NO_COLOR.
final class ProgressBar {
    private let surroundings: Surroundings
    private let title: String
    private let isShown: Bool
    private var startedAt: Instant
    private var drawnAt: Instant?
    private static let width = 30
    private static let pauseNanoseconds: Int64 = 100_000_000

    init(_ title: String) {
        surroundings = .current
        self.title = title
        isShown = surroundings.isColourful(surroundings.diagnostics)
        startedAt = surroundings.environment.now()
    }

    /// - Parameters:
    ///   - total: `nil` when the end isn't known.
    ///   - note: stands behind the bar.
    func show(_ done: Int64, of total: Int64?, note: String = "") {
        guard isShown else { return }
        let now = surroundings.environment.now()
        if let drawnAt, now.nanoseconds - drawnAt.nanoseconds < Self.pauseNanoseconds, done != total { return }
        drawnAt = now
        var line = "\r\u{1B}[K" + title + " "
        if let total, total > 0 {
            let part = min(Self.width, Int(Int128(done) * Int128(Self.width) / Int128(total)))
            line += "[" + String(repeating: "█", count: part) + String(repeating: "·", count: Self.width - part) + "] "
            line += "\(min(100, Int128(done) * 100 / Int128(total))) % "
        }
        surroundings.diagnostics.write(line + note)
    }

    /// How many a second since the beginning.
    func rate(_ count: Int) -> String {
        let milliseconds = max(1, (surroundings.environment.now().nanoseconds - startedAt.nanoseconds) / 1_000_000)
        return Digits.grouped(Int64(count) * 1000 / milliseconds) + "/s"
    }

    /// Takes the line away, so that something else can be written.
    func clear() {
        guard isShown, drawnAt != nil else { return }
        surroundings.diagnostics.write("\r\u{1B}[K")
        drawnAt = nil
    }
}
