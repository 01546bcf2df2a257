import Billing
import Service
import UsageLedger
import Units

/// What a month costs, day by day as it goes on; for an issued month its invoice.
enum BillingInfoRoutes {
    static let all: [Route] = [Route(.get, "/billing_infos/", for: .readers, isShared: true, info)]

    @Sendable private static func info(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let asked = AskedDay(&query, today: CivilDay(request.now)), account = request.account(&query)
        try query.check()
        let bill = try await request.ledger.readers.read {
            try $0.monthBill(account: account, period: asked.period, through: asked.day)
        }
        return .json(json(bill))
    }

    private static func json(_ bill: MonthBill) -> JSONValue {
        .object([
            .init("account", .string(bill.account.text)), .init("bill_close_at", .day(bill.through)),
            .init(
                "details",
                .array(bill.lines.enumerated().map { detail($1, number: $0 + 1, name: bill.planNames[$1.plan]) })),
            .init("last_upload_at", .time(bill.completeUpTo)),
        ])
    }

    /// Lines that name a plan are those that bill its use; credits and corrections bear none.
    private static func detail(_ line: Line, number: Int, name: String?) -> JSONValue {
        let namesPlan = line.lineClass == .usage || line.lineClass == .carried
        return .object([
            .init("sequence_no", .integer(Int64(number))),
            .init("plan", namesPlan ? .string(line.plan.text) : .null),
            .init("usage_type", .integer(usageType(line))), .init("usage", .count(line.usage.seconds)),
            .init("amount", .yen(line.amount)), .init("description", .string(description(line, name))),
        ])
    }

    /// 1 use, 2 correction, 3 credit.
    private static func usageType(_ line: Line) -> Int64 {
        switch line.lineClass {
        case .usage, .carried: 1
        case .correction: 2
        case .credit: 3
        }
    }

    private static func description(_ line: Line, _ name: String?) -> String {
        var text = "\(line.lineClass.rawValue) \(line.chargeMonth) \(name ?? line.plan.text)"
        if let rate = line.rate {
            text += ", \(line.unitsText) \(rate.basis == .gpu ? "GPU seconds" : "seconds") at \(rate.price) yen"
        }
        return text
    }
}
