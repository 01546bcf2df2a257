import Billing
import UsageLedger
import Units

/// A closed month: what was fixed when it was issued.
public struct Closing: Hashable, Sendable {
    /// Position of the event that closed it.
    public var position: Int64
    public let period: BillingPeriod
    public let logCut: Int64
    public let issueDay: CivilDay
    public let rules: BillingRules
    public let documents: Int64
    public let payable: Yen
}

/// Reads rows of `closing`.
struct ClosingRows {
    private let statements: StatementCache

    init(_ statements: StatementCache) { self.statements = statements }

    /// All closed months, ascending.
    func all() throws -> [Closing] {
        let row = try statements("SELECT * FROM closing ORDER BY period")
        var found: [Closing] = []
        while try row.step() { found.append(Self.closing(row)) }
        return found
    }

    var last: Closing? {
        get throws {
            let row = try statements("SELECT * FROM closing ORDER BY period DESC LIMIT 1")
            guard try row.step() else { return nil }
            defer { row.reset() }
            return Self.closing(row)
        }
    }

    func write(_ closing: Closing) throws {
        let row = try statements("INSERT INTO closing VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)")
        let values: [Int64?] = [
            closing.position, Int64(closing.period.monthNumber), closing.logCut, Int64(closing.issueDay.number),
            closing.rules.version,
            closing.rules.invoiceMinimumYen, closing.rules.graceHours, closing.rules.runawaySilence.minutes,
            closing.documents,
            closing.payable.amount,
        ]
        for (index, value) in values.enumerated() { row.bind(Int32(index + 1), value) }
        try row.run()
    }

    private static func closing(_ row: RawStatement) -> Closing {
        Closing(
            position: row.integer(0), period: BillingPeriod(monthNumber: Int32(row.integer(1))), logCut: row.integer(2),
            issueDay: CivilDay(number: Int32(row.integer(3))),
            rules: BillingRules(
                version: row.integer(4), invoiceMinimumYen: row.integer(5), graceHours: row.integer(6),
                runawaySilence: RunawaySilence(minutes: row.optionalInteger(7))),
            documents: row.integer(8), payable: Yen(row.integer(9)))
    }
}
