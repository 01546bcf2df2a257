import Units

/// A piece of a run inside one JST day: whole seconds (§5).
public struct Slice: Hashable, Sendable {
    public let day: CivilDay
    /// Elapsed seconds of the day, by the ceiling rule; slices of a run add up to ⌈elapsed⌉ whatever the cuts.
    public let seconds: Int64
    /// Seconds that fill up the plan's minimum, on the day of the stop.
    public let shortfallSeconds: Int64

    public init(day: CivilDay, seconds: Int64, shortfallSeconds: Int64) {
        self.day = day
        self.seconds = seconds
        self.shortfallSeconds = shortfallSeconds
    }

    public func usage(gpus: GPUQuantity) -> Usage {
        let all = seconds + shortfallSeconds
        return Usage(seconds: all, shortfallSeconds: shortfallSeconds, gpuSecondThousandths: all * gpus.thousandths)
    }
}

extension Run {
    /// Cuts the run at each JST midnight and at the event cut, and gives every slice that isn't empty, in time order.
    /// A run that can't be billed, or is waived whole, gives none. O(days × waived intervals).
    @inlinable
    public func forEachSlice(eventCut: Instant, silence: RunawaySilence, _ body: (Slice) -> Void) {
        guard canBill, let startedAt, startedAt < eventCut else { return }
        if !waived.spans.isEmpty, isWaivedWhole(eventCut: eventCut, silence: silence) { return }
        let end = billedEnd(eventCut: eventCut, silence: silence)
        var billedSeconds: Int64 = 0
        let stopDay = stoppedAt.flatMap { $0 < eventCut ? CivilDay($0) : nil }
        var shortfallIsDue = stopDay != nil && paysMinimum
        let total = elapsedSeconds(to: end)
        let shortfall = max(0, minimumSeconds - total)
        if shortfall == 0 { shortfallIsDue = false }
        var day = CivilDay(startedAt)
        let lastDay = CivilDay(end)
        while day <= lastDay {
            let dayEnd = day.next.start
            let upToHere = dayEnd < end ? elapsedSeconds(to: dayEnd) : total
            let seconds = upToHere - billedSeconds
            billedSeconds = upToHere
            let isStopDay = shortfallIsDue && day == stopDay
            if isStopDay { shortfallIsDue = false }
            if seconds > 0 || isStopDay {
                body(Slice(day: day, seconds: seconds, shortfallSeconds: isStopDay ? shortfall : 0))
            }
            day = day.next
        }
        // Over the limit, the stop's day can lie after the last billed one (M3).
        if shortfallIsDue, let stopDay { body(Slice(day: stopDay, seconds: 0, shortfallSeconds: shortfall)) }
    }

    /// ⌈elapsed / 1 s⌉ from the start to `end`, waived time left out.
    @inlinable
    public func elapsedSeconds(to end: Instant) -> Int64 {
        Rounding.secondsStarted(elapsedNanoseconds: elapsedNanoseconds(to: end))
    }

    @usableFromInline
    func elapsedNanoseconds(to end: Instant) -> Int64 {
        guard let startedAt else { return 0 }
        let length = end.nanoseconds - startedAt.nanoseconds
        return waived.spans.isEmpty ? length : length - waived.nanoseconds(from: startedAt, to: end)
    }

    /// All slices at an event cut.
    public func slices(eventCut: Instant, silence: RunawaySilence) -> [Slice] {
        var slices: [Slice] = []
        forEachSlice(eventCut: eventCut, silence: silence) { slices.append($0) }
        return slices
    }
}
