import Billing
import UsageLedger
import Units

/// Writes issued documents and their lines, and reads them.
struct DocumentRows {
    private let statements: StatementCache
    private let keys: Keys

    init(_ statements: StatementCache, _ keys: Keys) {
        self.statements = statements
        self.keys = keys
    }

    /// - Parameter position: of the event that issued it.
    func write(_ invoice: Invoice, bytes: [UInt8], sha256: [UInt8], position: Int64) throws {
        guard let number = invoice.number, let issueDay = invoice.issueDay else {
            throw StoreError(.internal, "a preview can't be stored as a document")
        }
        let row = try statements("INSERT INTO document VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)")
        row.bind(1, position)
        row.bind(2, try keys.accounts.numberAddingIfNeeded(of: invoice.recipient.id))
        row.bind(3, Int64(invoice.period.monthNumber))
        row.bind(4, invoice.kind.rawValue)
        row.bind(5, invoice.revision)
        row.bind(6, number.text)
        row.bind(7, Int64(issueDay.number))
        // What a return gives back; its kind tells the sign.
        row.bind(8, Int64(invoice.totals.payable.amount.magnitude))
        row.bind(9, sha256)
        row.bind(10, bytes)
        try row.run()
        try DocumentEnds(statements, keys).issued(invoice, position: position)
    }

    /// The projection of a document's lines.
    func writeLines(_ invoice: Invoice, position: Int64) throws {
        let row = try statements("INSERT INTO document_line VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)")
        let account = try keys.accounts.numberAddingIfNeeded(of: invoice.recipient.id)
        for (index, line) in invoice.lines.enumerated() {
            row.bind(1, position)
            row.bind(2, Int64(index + 1))
            row.bind(3, account)
            row.bind(4, line.lineClass.rawValue)
            row.bind(5, Int64(line.chargeMonth.monthNumber))
            row.bind(6, try keys.plans.numberAddingIfNeeded(of: line.plan))
            row.bind(7, line.rate?.price.billionths)
            row.bind(8, line.rate?.basis.rawValue)
            row.bind(9, line.tax.rawValue)
            row.bind(10, line.usage.seconds)
            row.bind(11, line.usage.shortfallSeconds)
            row.bind(12, line.usage.gpuSecondThousandths)
            row.bind(13, line.amount.amount)
            row.bind(14, line.credit)
            try row.run()
        }
    }

    /// A line under a statement that selects all columns of `document_line`. Its price rows and differences are in the
    /// document only.
    static func line(_ row: RawStatement, _ keys: Keys) throws -> Line {
        let plan = try keys.plans.name(of: row.integer(5))
        var rate: RateKey?
        if let billionths = row.optionalInteger(6), let basis = PriceBasis(rawValue: row.text(7)) {
            rate = RateKey(plan: plan, price: UnitPrice(billionths: billionths), basis: basis)
        }
        guard let lineClass = LineClass(rawValue: row.text(3)), let tax = TaxBasis(rawValue: row.text(8)) else {
            throw StoreError(
                .corrupt,
                "line \(row.integer(1)) of the document at position \(row.integer(0)) can't be read; run verify")
        }
        return Line(
            lineClass: lineClass, chargeMonth: BillingPeriod(monthNumber: Int32(row.integer(4))), plan: plan,
            rate: rate,
            usage: Usage(
                seconds: row.integer(9), shortfallSeconds: row.integer(10), gpuSecondThousandths: row.integer(11)),
            amount: Yen(row.integer(12)), credit: row.optionalInteger(13), tax: tax)
    }
}
