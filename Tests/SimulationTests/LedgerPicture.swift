import Billing
import Store
import Units
import UsageLedger

/// All that a ledger answers, without positions and dense keys: two ledgers with the same events have the same picture.
struct LedgerPicture: Equatable {
    /// By account, task, user, day and plan, run by run; then by account, day and plan from the stored sums.
    let byTask: [String]
    let byDay: [String]
    /// `nil` as known at a position: anomalies are asked for now.
    let anomalies: [String]?
    let drafts: [String]
    let previews: [String]

    init(_ store: LedgerStore, at now: Instant = SimulatedHistory.end, logCut: Int64? = nil) throws {
        byTask = try Self.usage(store, [.account, .task, .user, .day, .plan, .tag], now, logCut: logCut)
        byDay = try Self.usage(store, [.account, .day, .plan], now, logCut: logCut)
        anomalies = logCut == nil ? try Self.anomalies(store, now) : nil
        var drafts: [String] = [], previews: [String] = []
        for period in SimulatedHistory.months + [SimulatedHistory.months.last!.next] {
            let draft = try store.draft(period: period, logCut: logCut, now: now)
            drafts.append("\(period) \(draft.gate.map(\.name)) \(draft.usageEvents)")
            drafts += draft.coverage.map { "\(period) \($0.key) \($0.value)" }.sorted()
            drafts += draft.accounts.filter { $0.lineCount > 0 }.map {
                "\(period) \($0.account) \($0.lineCount) \($0.totals.map { "\($0)" } ?? "-")"
            }
            for account in ["acme", "beta", "gamma"] {
                for cut in [period.end, period.start.advanced(byNanoseconds: 20 * CivilDay.nanosecondsPerDay + 1)] {
                    let invoice = try store.preview(
                        account: AccountID(account), period: period, eventCut: cut, logCut: logCut)
                    previews.append("\(period) \(account) \(invoice.map(Self.text) ?? "-")")
                }
            }
        }
        self.drafts = drafts
        self.previews = previews
    }

    /// The first answer in which two pictures differ.
    func difference(from other: LedgerPicture) -> String? {
        for (what, left, right) in [
            ("by task", byTask, other.byTask), ("by day", byDay, other.byDay),
            ("anomalies", anomalies ?? other.anomalies ?? [], other.anomalies ?? anomalies ?? []),
            ("drafts", drafts, other.drafts), ("previews", previews, other.previews),
        ] where left != right {
            let index =
                zip(left, right).enumerated().first { $0.element.0 != $0.element.1 }?.offset
                ?? min(left.count, right.count)
            let (one, two) = (left.dropFirst(index).first, right.dropFirst(index).first)
            return "\(what): \(one ?? "nothing")\n  and: \(two ?? "nothing")"
        }
        return nil
    }

    private static func anomalies(_ store: LedgerStore, _ now: Instant) throws -> [String] {
        let open = try store.anomalies(at: now)
        return open.runs.map { "\($0.task) \($0.run.attempt) \($0.kind.rawValue)" }.sorted() + open.prices.map(\.name)
    }

    static func usage(_ store: LedgerStore, _ groups: [UsageGroup], _ now: Instant, logCut: Int64? = nil) throws
        -> [String]
    {
        let query = UsageQuery(
            from: SimulatedHistory.months[0].firstDay, to: CivilDay(now), groups: groups, logCut: logCut, eventCut: now)
        return try store.usage(query).rows.filter { $0.sum.usage.seconds > 0 }.map {
            "\($0.values) \($0.sum.usage) \($0.sum.amount)"
        }
    }

    /// Everything on a document but number, issue day, cuts, and the positions of causes.
    static func text(_ invoice: Invoice) -> String {
        var invoice = invoice
        invoice.number = nil
        invoice.issueDay = nil
        invoice.logCut = 0
        invoice.eventCut = Instant(nanoseconds: 0)
        for index in invoice.lines.indices { invoice.lines[index].difference?.causes = [] }
        return invoice.jsonValue.canonicalText
    }
}
