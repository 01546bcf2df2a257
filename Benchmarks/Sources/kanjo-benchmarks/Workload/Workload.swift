import Units

/// One generated run.
struct Job {
    /// From 1, in the order of start.
    let number: Int
    let start: Int64
    let stop: Int64
    /// From 0.
    let account: Int
    /// Person of the account, from 0.
    let user: Int
    let plan: Int
    let gpus: Int64

    var taskName: String { Self.name("t-", number, digits: 9) }
    var userName: String { Self.accountName(account) + "-" + String(user) }

    static func accountName(_ account: Int) -> String { name("a-", account, digits: 6) }

    private static func name(_ prefix: String, _ number: Int, digits: Int) -> String {
        let text = String(number)
        return prefix + String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

/// A month of jobs in the order of start: lengths, GPUs and the rhythm of the week are drawn from the sample, accounts
/// evenly.
struct Workload: Sequence {
    static let period = try! BillingPeriod(text: "2017-11")
    static let plans: [(id: String, yenPerSecond: String)] = [
        ("p40", "0.008"), ("v100", "0.016"), ("a100", "0.03"), ("h100", "0.06"),
    ]
    static let usersPerAccount = 3

    let sample: Sample
    let seed: UInt64
    let runs: Int
    let accounts: Int

    func makeIterator() -> Iterator { Iterator(self) }

    struct Iterator: IteratorProtocol {
        private let workload: Workload
        private var random: SplitMix64
        private var hour: Int64
        private let lastHour: Int64
        private var weightSoFar = 0
        private let weightOfMonth: Int
        private var planned = 0
        private var made = 0
        /// Starts of the present hour, the latest first.
        private var starts: [Int64] = []

        private static let hourNanoseconds: Int64 = 3_600_000_000_000

        init(_ workload: Workload) {
            self.workload = workload
            random = SplitMix64(seed: workload.seed)
            let first = Workload.period.firstDay.start.nanoseconds / Self.hourNanoseconds
            lastHour = Workload.period.end.nanoseconds / Self.hourNanoseconds - 1
            hour = first
            weightOfMonth = (first...lastHour).reduce(0) { $0 + workload.weight($1) }
        }

        mutating func next() -> Job? {
            while starts.isEmpty {
                guard hour <= lastHour else { return nil }
                fillHour()
            }
            made += 1
            let start = starts.removeLast()
            let (seconds, gpus) = workload.sample.jobs[random.below(workload.sample.jobs.count)]
            let milliseconds = Int64(random.below(1000))
            let account = random.below(workload.accounts)
            // Four in five jobs of an account run on its first plan, the others on its second.
            let plan = (account + (random.below(5) == 0 ? 1 : 0)) % Workload.plans.count
            return Job(
                number: made, start: start, stop: start + (seconds * 1000 + milliseconds) * 1_000_000, account: account,
                user: random.below(Workload.usersPerAccount), plan: plan, gpus: gpus)
        }

        private mutating func fillHour() {
            weightSoFar += workload.weight(hour)
            let upToHere = workload.runs * weightSoFar / weightOfMonth
            for _ in planned..<upToHere {
                starts.append(hour * Self.hourNanoseconds + Int64(random.below(3_600_000)) * 1_000_000)
            }
            starts.sort(by: >)
            planned = upToHere
            hour += 1
        }
    }

    private func weight(_ hour: Int64) -> Int {
        sample.startsByHour[Sample.hourOfWeek(Instant(nanoseconds: hour * 3_600_000_000_000))]
    }
}
