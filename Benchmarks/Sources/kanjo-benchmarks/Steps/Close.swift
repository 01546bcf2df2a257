import Foundation
import Store
import Units

/// The draft of the month, and its issue.
enum Close {
    /// Step `draft database=…`: calculation, gate and coverage of the month for every account; tells seconds and
    /// memory.
    static func draft(_ arguments: Arguments) throws {
        let store = try LedgerStore(path: arguments.text("database"), mode: .readOnly)
        let begin = seconds()
        let draft = try store.draft(period: Workload.period, now: BulkLedger.now)
        tell("seconds", seconds() - begin)
        tell("documents", draft.documents)
        tell("gate_items", draft.gate.count)
        tell("mebibytes", peakMebibytes())
    }

    /// Step `issue database=…`: closes the month; tells seconds, documents and memory.
    static func issue(_ arguments: Arguments) throws {
        let store = try LedgerStore(path: arguments.text("database"))
        let begin = seconds()
        let outcome = try store.issue(request(accepting: "benchmark"), by: LedgerSetUp.actor(now: BulkLedger.now))
        guard case .issued(let closing) = outcome else { throw BenchmarkError("the month was closed already") }
        tell("seconds", seconds() - begin)
        tell("documents", closing.documents)
        tell("mebibytes", peakMebibytes())
    }

    private static func request(accepting reason: String?) -> IssueRequest {
        IssueRequest(
            period: Workload.period, issueDay: CivilDay(BulkLedger.now), acceptances: [:], acceptEverything: reason)
    }
}
