import DequeModule

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A bounded queue from tasks to threads: adding never waits, taking blocks the thread. Each job has a weight, and what
/// waits may weigh so much and no more.
final class BlockingQueue<Job: Sendable>: @unchecked Sendable {
    enum Admission {
        case taken, full, closed
    }

    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let capacity: Int
    private var jobs: Deque<(job: Job, weight: Int)> = []
    private var weight = 0
    private var isClosed = false

    /// - Parameter capacity: greatest weight of what waits. One job alone may weigh more.
    init(capacity: Int) {
        self.capacity = capacity
        pthread_mutex_init(lock, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(arrival, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(arrival)
        pthread_mutex_destroy(lock)
        arrival.deallocate()
        lock.deallocate()
    }

    /// What waits now.
    var waitingWeight: Int { locked { weight } }

    /// O(1) amortised.
    func add(_ job: Job, weight jobWeight: Int = 1) -> Admission {
        locked {
            guard !isClosed else { return .closed }
            guard weight == 0 || weight + jobWeight <= capacity else { return .full }
            jobs.append((job, jobWeight))
            weight += jobWeight
            pthread_cond_signal(arrival)
            return .taken
        }
    }

    /// The next job, as soon as there is one; `nil` when the queue is closed and empty.
    func take() -> Job? {
        locked {
            while jobs.isEmpty {
                guard !isClosed else { return nil }
                pthread_cond_wait(arrival, lock)
            }
            return removeFirst()
        }
    }

    /// All that waits and is wanted, in order, up to the first that isn't; while nothing waits, what comes before the
    /// deadline.
    func take(before deadline: MonotonicTime, while isWanted: (Job) -> Bool) -> [Job] {
        locked {
            while jobs.isEmpty {
                guard !isClosed else { return [] }
                var time = deadline.timespec
                if pthread_cond_timedwait(arrival, lock, &time) == ETIMEDOUT, jobs.isEmpty { return [] }
            }
            var taken: [Job] = []
            while let next = jobs.first?.job, isWanted(next) { taken.append(removeFirst()) }
            return taken
        }
    }

    /// No further job is taken in; those that wait are still given out.
    func close() {
        locked {
            isClosed = true
            pthread_cond_broadcast(arrival)
        }
    }

    /// What is taken is held no longer, however long the queue stays busy.
    private func removeFirst() -> Job {
        let (job, jobWeight) = jobs.removeFirst()
        weight -= jobWeight
        return job
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body()
    }
}

/// A point of the clock that never jumps.
struct MonotonicTime: Comparable, Sendable {
    let nanoseconds: Int64

    static var now: MonotonicTime {
        var time = Glibc.timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    func advanced(byNanoseconds delta: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds + delta) }

    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

    fileprivate var timespec: timespec {
        Glibc.timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    }
}
