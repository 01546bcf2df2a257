import Units

/// A half-open span of time, `from` < `to`.
public struct TimeSpan: Hashable, Sendable {
    public let from: Instant
    public let to: Instant

    public init(from: Instant, to: Instant) {
        precondition(from < to, "a span has a length")
        self.from = from
        self.to = to
    }
}

/// The waived intervals of a run, united: sorted, and with a gap between any two.
public struct WaivedTime: Hashable, Sendable {
    public let spans: [TimeSpan]

    public static let none = WaivedTime([])

    /// Unites the given spans; touching ones become one. O(n log n).
    public init(_ given: [TimeSpan]) {
        var united: [TimeSpan] = []
        for span in given.sorted(by: { $0.from < $1.from }) {
            if let last = united.last, span.from <= last.to {
                united[united.count - 1] = TimeSpan(from: last.from, to: max(last.to, span.to))
            } else {
                united.append(span)
            }
        }
        spans = united
    }

    /// Waived nanoseconds inside [from, to).
    func nanoseconds(from: Instant, to: Instant) -> Int64 {
        var total: Int64 = 0
        for span in spans {
            let start = max(span.from, from), end = min(span.to, to)
            if start < end { total += end.nanoseconds - start.nanoseconds }
        }
        return total
    }

    /// Whether one united interval reaches from `first` to `last`, both included (R13).
    func covers(first: Instant, last: Instant) -> Bool {
        spans.contains { $0.from <= first && $0.to >= last }
    }
}
