import Billing
import UsageLedger
import Units

/// Where the yen of a document come from: lines back to slices, price rows and events.
public struct Explanation: Sendable {
    /// A slice of one run that a line sums up.
    public struct Part: Sendable {
        public let task: TaskID
        public let attempt: Int64
        public let slice: Slice
        public let gpus: GPUQuantity
        /// Position of the price row.
        public let priceRow: Int64
        /// Positions of the task's events.
        public let events: [Int64]
    }

    /// An earlier line of the same charge month and rate.
    public struct Earlier: Sendable {
        public let number: String
        public let lineClass: LineClass
        public let amount: Yen
    }

    public struct ExplainedLine: Sendable {
        /// 1-based place on the document.
        public let index: Int
        public let line: Line
        /// Slices whose units are multiplied, by day, task and attempt. Empty for credits.
        public let parts: [Part]
        /// Sum of the parts.
        public let usage: Usage
        /// Units × unit price before the one rounding.
        public let exact: ExactYen
        /// The same after it.
        public let rounded: Yen
        /// What documents issued before bill for the charge month and rate; the line is the difference.
        public let earlier: [Earlier]
        /// Of a credit line.
        public let credit: GrantedCredit?
    }

    public let invoice: Invoice
    public let lines: [ExplainedLine]
}

extension LedgerStore {
    /// Explains one line of an issued document, or all. Errors: `not_found` for an unknown number or line.
    /// O(events of the account's tasks).
    public func explain(number: String, line: Int? = nil) throws -> Explanation {
        try read { statements, keys in
            let row = try statements("SELECT body, position FROM document WHERE number = ?1")
            row.bind(1, number)
            guard try row.step(), let invoice = Invoice(bytes: row.bytes(0)) else {
                throw StoreError(.notFound, "there is no document \(number); see `kanjo invoice list`")
            }
            let position = row.integer(1)
            row.reset()
            if let line, !invoice.lines.indices.contains(line - 1) {
                throw StoreError(.notFound, "document \(number) has lines 1 to \(invoice.lines.count), no line \(line)")
            }
            guard let closing = try ClosingRows(statements).all().first(where: { $0.period == invoice.period }) else {
                throw StoreError(.corrupt, "the close of \(invoice.period) is missing; run rebuild")
            }
            let scope =
                invoice.kind == .returned
                ? try CorrectionCalculation(statements: statements, keys: keys, position: position).scope()
                : try CloseScope.again(statements, keys, closing)
            let explainer = try Explainer(statements, keys, scope, invoice)
            let wanted = invoice.lines.indices.filter { line == nil || $0 == line! - 1 }
            return Explanation(invoice: invoice, lines: try wanted.map { try explainer.line($0) })
        }
    }
}

private struct Explainer {
    private struct Rated: Hashable {
        let month: BillingPeriod
        let rate: RateKey
    }

    private let statements: StatementCache
    private let keys: Keys
    private let scope: CloseScope
    private let invoice: Invoice
    private var parts: [Rated: [Explanation.Part]] = [:]

    init(_ statements: StatementCache, _ keys: Keys, _ scope: CloseScope, _ invoice: Invoice) throws {
        self.statements = statements
        self.keys = keys
        self.scope = scope
        self.invoice = invoice
        let account = invoice.recipient.id
        guard let number = try keys.accounts.number(of: account) else { return }
        let lookups = PriceLookups(scope.setUp.prices, keys)
        var found: [Rated: [Explanation.Part]] = [:]
        try HistoryReplay(statements, keys, scope.setUp, logCut: scope.logCut).forEach(account: number) { recorded in
            for run in recorded.history.runs where run.account == account {
                guard let gpus = run.gpus, let plan = try run.plan.flatMap(keys.plans.number) else { continue }
                var slices: [Slice] = []
                run.forEachSlice(in: scope, through: scope.period) { slices.append($0) }
                for slice in slices {
                    guard let row = lookups.rows[try lookups.row(account: number, plan: plan, day: slice.day)] else {
                        continue
                    }
                    let rated = Rated(
                        month: slice.day.period, rate: RateKey(plan: row.plan, price: row.price, basis: row.basis))
                    found[rated, default: []].append(
                        Explanation.Part(
                            task: recorded.history.task, attempt: run.attempt, slice: slice, gpus: gpus,
                            priceRow: row.position,
                            events: recorded.positions))
                }
            }
        }
        parts = found.mapValues {
            $0.sorted { ($0.slice.day, $0.task.text, $0.attempt) < ($1.slice.day, $1.task.text, $1.attempt) }
        }
    }

    func line(_ index: Int) throws -> Explanation.ExplainedLine {
        let line = invoice.lines[index]
        guard let rate = line.rate else {
            return Explanation.ExplainedLine(
                index: index + 1, line: line, parts: [], usage: .zero, exact: .zero, rounded: .zero, earlier: [],
                credit: scope.setUp.credits.first { $0.credit.position == line.credit })
        }
        let parts = parts[Rated(month: line.chargeMonth, rate: rate)] ?? []
        var usage = Usage.zero
        for part in parts { usage += part.slice.usage(gpus: part.gpus) }
        let exact = usage.amount(at: rate.price, basis: rate.basis)
        return Explanation.ExplainedLine(
            index: index + 1, line: line, parts: parts, usage: usage, exact: exact,
            rounded: Rounding.lineAmount(exact) ?? .zero,
            earlier: line.lineClass == .usage ? [] : try earlier(line, rate), credit: nil)
    }

    private func earlier(_ line: Line, _ rate: RateKey) throws -> [Explanation.Earlier] {
        guard let account = try keys.accounts.number(of: invoice.recipient.id) else { return [] }
        let lines = try EarlierLines(statements, keys, before: scope.documentBound, only: account).placed(account)
        let number = try statements("SELECT number FROM document WHERE position = ?1")
        var found: [Explanation.Earlier] = []
        for (document, earlier) in lines where earlier.chargeMonth == line.chargeMonth && earlier.rate == rate {
            number.bind(1, document)
            guard try number.step() else { continue }
            found.append(.init(number: number.text(0), lineClass: earlier.lineClass, amount: earlier.amount))
            number.reset()
        }
        return found
    }
}
