import UsageLedger

/// The recorded events of a batch by task, in the order in which tasks first come. Told of the batch's events one after
/// the other, it keeps their places and nothing else.
struct TaskBatch {
    struct Part {
        let task: Int64
        /// No event of the task was recorded before the batch.
        let isNew: Bool
        /// Places of the task's events in the batch.
        let first: Int
        fileprivate(set) var last: Int
    }

    private(set) var parts: [Part] = []
    /// For each event the place of the next one of its task; 0 after the last one.
    private var next: [Int] = []
    /// For each event where it stands in the log; 0 when it isn't recorded.
    private var positions: [Int64] = []
    private var partOfTask: [Int64: Int] = [:]

    init(capacity: Int) {
        parts.reserveCapacity(capacity)
        next.reserveCapacity(capacity)
        positions.reserveCapacity(capacity)
        partOfTask.reserveCapacity(capacity)
    }

    /// The next event is recorded.
    mutating func add(_ task: Int64, _ position: Int64, isNew: Bool) {
        let place = next.count
        next.append(0)
        positions.append(position)
        if let part = partOfTask[task] {
            next[parts[part].last] = place
            parts[part].last = place
        } else {
            partOfTask[task] = parts.count
            parts.append(Part(task: task, isNew: isNew, first: place, last: place))
        }
    }

    /// The next event isn't recorded.
    mutating func skip() {
        next.append(0)
        positions.append(0)
    }

    /// What the events of a task say, in the order of the batch.
    func facts(of part: Part, in events: [DecodedEvent]) -> [UsageFact] { collect(part) { events[$0].fact } }

    /// Where the same events stand in the log.
    func positions(of part: Part) -> [Int64] { collect(part) { positions[$0] } }

    private func collect<Value>(_ part: Part, _ value: (Int) -> Value) -> [Value] {
        var place = part.first
        var found = [value(place)]
        while place != part.last {
            place = next[place]
            found.append(value(place))
        }
        return found
    }
}
