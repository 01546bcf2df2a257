import Billing
import Service
import UsageLedger
import Units

/// What a second costs on a day: list rows and the account's own, which win over them.
enum UnitPriceRoutes {
    static let all: [Route] = [Route(.get, "/unit_prices/", for: .readers, prices)]

    @Sendable private static func prices(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let page = ListPage(&query)
        let asked = AskedDay(&query, today: CivilDay(request.now)), account = request.account(&query)
        try query.check()
        let rows = try await request.ledger.readers.read { try $0.store.prices(on: asked.days, for: account) }
        let shown = rows.dropFirst(Int(page.offset)).prefix(page.size).map { row in
            JSONValue.object([
                .init("plan", .string(row.plan.text)), .init("price", .string(row.price.description)),
                .init("is_overridden", .bool(row.account != nil)), .init("begin_at", .day(row.from)),
                .init("end_at", .day(row.to ?? .last)),
            ])
        }
        return page.answer(shown, count: Int64(rows.count), request: request)
    }
}

/// `year`, `month` and `day` of a query. What is missing is today's; without `day` the whole month is meant.
struct AskedDay {
    let period: BillingPeriod
    /// `nil` where none is named.
    var day: CivilDay?
    /// The day that is named, the days of the month that is named, or today where nothing is.
    var days: ClosedRange<CivilDay> {
        if let day { return day...day }
        return namesMonth ? period.firstDay...period.lastDay : today...today
    }
    private let namesMonth: Bool
    private let today: CivilDay

    /// Wrong values, and days that the calendar doesn't have, are noted in the query.
    init(_ query: inout QueryParameters, today: CivilDay) {
        namesMonth = query.text("year") != nil || query.text("month") != nil
        self.today = today
        let year = query.integer("year", in: 1970...2199) ?? today.period.year
        let month = query.integer("month", in: 1...12) ?? today.period.month
        period = CivilDay(year: year, month: month, day: 1)?.period ?? today.period
        guard let number = query.integer("day", in: 1...31) else { return }
        day = CivilDay(year: year, month: month, day: number)
        if day == nil { query.note("day", "\(period) has no day \(number)") }
    }
}
