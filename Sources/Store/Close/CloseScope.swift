import Billing
import UsageLedger
import Units

/// What a close, draft or preview looks at: the period, both cuts, and the closes before it.
public struct CloseScope: Sendable {
    public let period: BillingPeriod
    /// Position up to which events count.
    public let logCut: Int64
    /// Instant at which intervals end, at most the period's end.
    public let eventCut: Instant
    /// Closes of earlier months, ascending; whatever the log cut (C17).
    public let closings: [Closing]
    /// Set-up as known at the log cut.
    public let setUp: SetUp
    /// Whether the log cut is the end of the log and the period isn't closed, so that projections answer.
    let isPresent: Bool
    /// Documents issued at this position or later don't count; those voided there or later still do.
    var documentBound = Int64.max
    /// Whether the set-up holds just what one account needs.
    var isOfOneAccount = false

    /// Months at or before this one are closed before the period.
    public var closedThrough: BillingPeriod? { closings.last?.period }

    /// The silence that counts in a month (C2, C18): that of the close that closed it, else the present one.
    func silence(in month: BillingPeriod) -> RunawaySilence {
        (closings.first { $0.period >= month }?.rules ?? setUp.rules).runawaySilence
    }

    /// A month's event cut (C18).
    func eventCut(in month: BillingPeriod) -> Instant { min(eventCut, month.end) }

    /// Whether use of a month is settled with the period: an earlier closed month.
    func isClosedWithPeriod(_ month: BillingPeriod) -> Bool {
        month <= period && closedThrough.map { month > $0 } ?? true
    }

    /// Whether a month before the period has to be closed first (C15): what it will bill is in nobody's lines yet.
    func waitsForItsOwnClose(_ month: BillingPeriod) -> Bool {
        closedThrough.map { month > $0 && month < period } ?? false
    }

    static func read(
        _ statements: StatementCache, _ keys: Keys, period: BillingPeriod, logCut: Int64?, eventCut: Instant?
    ) throws -> CloseScope {
        let head = try LogHead.read(statements)
        let closings = try ClosingRows(statements).all()
        let cut = min(logCut ?? head.size, head.size)
        return CloseScope(
            period: period, logCut: cut, eventCut: min(eventCut ?? period.end, period.end),
            closings: closings.filter { $0.period < period },
            setUp: try SetUpReader(statements, keys).setUp(logCut: cut),
            isPresent: cut == head.size && closings.last.map { $0.period < period } ?? true,
            documentBound: closings.first { $0.period >= period }?.firstDocument ?? .max)
    }
}

extension Closing {
    /// Position of its first document, or of the close itself when it has none.
    var firstDocument: Int64 { position - documents }
}

extension CloseScope {
    /// The same for one account's preview: at the end of the log only that account's set-up is read.
    static func read(
        _ session: ReaderSession, of account: AccountID, period: BillingPeriod, logCut: Int64?, eventCut: Instant
    ) throws -> CloseScope {
        let head = try LogHead.read(session.statements)
        let closings = try ClosingRows(session.statements).all()
        guard logCut ?? head.size >= head.size, closings.last.map({ $0.period < period }) ?? true else {
            return try read(session.statements, session.keys, period: period, logCut: logCut, eventCut: eventCut)
        }
        return CloseScope(
            period: period, logCut: head.size, eventCut: min(eventCut, period.end), closings: closings,
            setUp: try session.setUp(of: [account], logCut: head.size), isPresent: true, isOfOneAccount: true)
    }
}

extension Run {
    /// Slices of the run as a close or query counts them: a month's days at the month's own cut and silence (C18).
    func forEachSlice(in scope: CloseScope, through last: BillingPeriod, _ body: (Slice) -> Void) {
        guard canBill, let startedAt, startedAt < scope.eventCut else { return }
        guard isOpen else { return forEachSlice(eventCut: scope.eventCut, silence: .none, body) }
        var month = CivilDay(startedAt).period
        while month <= last {
            forEachSlice(eventCut: scope.eventCut(in: month), silence: scope.silence(in: month)) { slice in
                if slice.day.period == month { body(slice) }
            }
            month = month.next
        }
    }
}
