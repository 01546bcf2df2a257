import Foundation
import Store
import Units

/// Asks for random accounts' month by day and plan, of a large and a small ledger in turn.
enum AccountMonth {
    /// Step `month large=… large_accounts=… small=… small_accounts=… queries=… seed=…`: tells p50 and p99 in
    /// microseconds.
    static func step(_ arguments: Arguments) throws {
        let stores = try ["large", "small"].map {
            (name: $0, store: try LedgerStore(path: arguments.text($0), mode: .readOnly), accounts: try arguments.integer($0 + "_accounts"))
        }
        var random = SplitMix64(seed: UInt64(try arguments.integer("seed")))
        var times = [[Double]](repeating: [], count: stores.count)
        var rows = [0, 0]
        let queries = try arguments.integer("queries")
        // The first tenth warms up and isn't counted.
        for query in 0..<queries * 11 / 10 {
            for (index, (_, store, accounts)) in stores.enumerated() {
                let question = UsageQuery(
                    account: try AccountID(Job.accountName(random.below(accounts))), from: Workload.period.firstDay,
                    to: Workload.period.lastDay, groups: [.day, .plan], eventCut: BulkLedger.now)
                let begin = seconds()
                let answer = try store.usage(question)
                let time = seconds() - begin
                guard query >= queries / 10 else { continue }
                times[index].append(time * 1e6)
                rows[index] += answer.rows.count
            }
        }
        for (index, (name, _, _)) in stores.enumerated() {
            tell(name + "_p50", times[index].quantile(0.5))
            tell(name + "_p99", times[index].quantile(0.99))
            tell(name + "_rows", Double(rows[index]) / Double(queries))
        }
        tell("mebibytes", peakMebibytes())
    }
}
