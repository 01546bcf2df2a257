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
        /// List price of the day, where there is one on the same basis.
        public let listPrice: UnitPrice?
        /// As the task was submitted with.
        public let tags: [String]
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
            var scopes = ExplainedScopes(statements, keys)
            return try scopes.explain(number: number, line: line)
        }
    }

    /// Explains documents one after another; only one explanation is in memory at once. Error: `not_found`.
    /// O(events of the accounts' tasks).
    public func explain(numbers: [DocumentNumber], _ body: (Explanation) throws -> Void) throws {
        try read { statements, keys in
            var scopes = ExplainedScopes(statements, keys)
            for number in numbers { try body(scopes.explain(number: number.text, line: nil)) }
        }
    }
}

/// Reads documents for explanation; the set-up of a close is read once for all of its invoices.
private struct ExplainedScopes {
    private let statements: StatementCache
    private let keys: Keys
    private var known: (period: BillingPeriod, scope: CloseScope, lookups: PriceLookups)?

    init(_ statements: StatementCache, _ keys: Keys) {
        self.statements = statements
        self.keys = keys
    }

    mutating func explain(number: String, line: Int?) throws -> Explanation {
        let row = try statements("SELECT body, position FROM document WHERE number = ?1")
        row.bind(1, number)
        guard try row.step(), let invoice = Invoice(bytes: row.bytes(0)) else {
            throw StoreError(.notFound, "there is no document \(number); search the issued ones for the right number")
        }
        let position = row.integer(1)
        row.reset()
        if let line, !invoice.lines.indices.contains(line - 1) {
            throw StoreError(.notFound, "document \(number) has lines 1 to \(invoice.lines.count), no line \(line)")
        }
        let explainer = try explainer(of: invoice, position)
        let wanted = invoice.lines.indices.filter { line == nil || $0 == line! - 1 }
        return Explanation(invoice: invoice, lines: try wanted.map { try explainer.line($0) })
    }

    private mutating func explainer(of invoice: Invoice, _ position: Int64) throws -> Explainer {
        if invoice.kind == .returned {
            let scope = try CorrectionCalculation(statements: statements, keys: keys, position: position).scope()
            return try Explainer(statements, keys, scope, PriceLookups(scope.setUp.prices, keys), invoice)
        }
        if let known, known.period == invoice.period {
            return try Explainer(statements, keys, known.scope, known.lookups, invoice)
        }
        guard let closing = try ClosingRows(statements).all().first(where: { $0.period == invoice.period }) else {
            throw StoreError(.corrupt, "the close of \(invoice.period) is missing; run rebuild")
        }
        let scope = try CloseScope.again(statements, keys, closing)
        let lookups = PriceLookups(scope.setUp.prices, keys)
        known = (invoice.period, scope, lookups)
        return try Explainer(statements, keys, scope, lookups, invoice)
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

    init(
        _ statements: StatementCache, _ keys: Keys, _ scope: CloseScope, _ lookups: PriceLookups, _ invoice: Invoice
    ) throws {
        self.statements = statements
        self.keys = keys
        self.scope = scope
        self.invoice = invoice
        let account = invoice.recipient.id
        guard let number = try keys.accounts.number(of: account) else { return }
        var found: [Rated: [Explanation.Part]] = [:]
        try HistoryReplay(statements, keys, scope.setUp, logCut: scope.logCut).forEach(account: number) { recorded in
            for run in recorded.history.runs where run.account == account {
                guard let gpus = run.gpus, let plan = try run.plan.flatMap(keys.plans.number) else { continue }
                var slices: [Slice] = []
                run.forEachSlice(in: scope, through: scope.period) { slices.append($0) }
                let tags =
                    slices.isEmpty ? [] : try TaskEvents(statements).tags(of: recorded.task, logCut: scope.logCut)
                for slice in slices {
                    guard let row = lookups.rows[try lookups.row(account: number, plan: plan, day: slice.day)] else {
                        continue
                    }
                    let rated = Rated(
                        month: slice.day.period, rate: RateKey(plan: row.plan, price: row.price, basis: row.basis))
                    found[rated, default: []].append(
                        Explanation.Part(
                            task: recorded.history.task, attempt: run.attempt, slice: slice, gpus: gpus,
                            priceRow: row.position, listPrice: listPrice(row, slice.day), tags: tags,
                            events: recorded.positions))
                }
            }
        }
        parts = found.mapValues {
            $0.sorted { ($0.slice.day, $0.task.text, $0.attempt) < ($1.slice.day, $1.task.text, $1.attempt) }
        }
    }

    private func listPrice(_ row: PriceRow, _ day: CivilDay) -> UnitPrice? {
        guard row.account != nil else { return row.price }
        guard case .row(let list) = scope.setUp.prices.listLookup(plan: row.plan, day: day), list.basis == row.basis
        else { return nil }
        return list.price
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
