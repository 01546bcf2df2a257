import Billing
import Service
import Store
import UsageLedger
import Units

/// Money in and back, and what is owed.
enum PaymentRoutes {
    static let all: [Route] = [
        Route(.get, "/admin/payments/", for: .overseers, list),
        Route(.post, "/admin/payments/", for: .officers, record),
        Route(.get, "/admin/receivables/", for: .overseers, receivables),
    ]

    @Sendable private static func list(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let page = ListPage(&query)
        var search = PaymentSearch(account: query.value("account", AccountID.init))
        search.period = query.value("period", BillingPeriod.init(text:))
        search.number = query.text("number").map(DocumentNumber.init(text:))
        search.from = query.value("from", CivilDay.init(text:))
        search.to = query.value("to", CivilDay.init(text:))
        if let from = search.from, let to = search.to, from > to {
            query.note("to", "\(to) lies before from, \(from)")
        }
        try query.check()
        let asked = search
        let found = try await request.ledger.readers.read {
            try $0.store.payments(asked, offset: page.offset, limit: page.size)
        }
        return page.answer(found.payments.map { json($0) }, count: found.count, request: request)
    }

    /// Known by its method and reference: recorded again, nothing is written.
    @Sendable private static func record(_ request: APIRequest) async throws -> APIResponse {
        var change = try await AdminChange(request)
        let author = change.author()
        let payment = change.payment(today: CivilDay(request.now))
        try change.check()
        guard let payment else { throw ServiceError(.invalidBody, "the body is no payment") }
        return try await change.perform { service in
            let (recorded, isNew) = try service.record(payment, by: author)
            return (isNew ? 201 : 200, json(recorded))
        }
    }

    private static func json(_ recorded: RecordedPayment) -> JSONValue {
        let payment = recorded.payment
        return .object([
            .init("payment", .integer(recorded.position)), .init("kind", .string(payment.kind.rawValue)),
            .init("account", .string(payment.account.text)), .init("method", .string(payment.method.rawValue)),
            .init("reference", .string(payment.reference)), .init("day", .day(payment.day)),
            .init("yen", .yen(payment.yen)), .init("fee_yen", .yen(payment.fee)),
            .init(
                "pays",
                .array(
                    payment.parts.map {
                        .object([
                            .init("number", .string($0.number.text)), .init("period", .string($0.period.description)),
                            .init("yen", .yen($0.yen)),
                        ])
                    })), .init("held_yen", .yen(payment.held)),
        ])
    }

    @Sendable private static func receivables(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let page = ListPage(&query)
        let account = query.value("account", AccountID.init)
        let period = query.value("period", BillingPeriod.init(text:))
        let day = query.value("day", CivilDay.init(text:)) ?? CivilDay(request.now)
        let status = query.value("status") { text in
            guard let status = Receivable.Status(rawValue: text) else {
                let known = Receivable.Status.allCases.map(\.rawValue).joined(separator: ", ")
                throw ServiceError(.invalidRequest, "'\(text.prefix(40))' is no status; choose from \(known)")
            }
            return status
        }
        try query.check()
        let threads = account == nil ? request.ledger.reporters : request.ledger.readers
        let (found, held) = try await threads.read { service in
            let rows = try service.store.receivables(of: account).reversed().filter {
                (period == nil || $0.period == period) && (status == nil || $0.status(on: day) == status)
            }
            return (rows, try account.map { try service.store.heldMoney(of: $0) })
        }
        let shown = found.dropFirst(Int(page.offset)).prefix(page.size)
        return page.answer(
            shown.map { json($0, on: day) }, count: Int64(found.count), request: request,
            with: [.init("day", .day(day)), .init("held_yen", held.map(JSONValue.yen) ?? .null)])
    }

    private static func json(_ receivable: Receivable, on day: CivilDay) -> JSONValue {
        .object([
            .init("number", .string(receivable.number.text)), .init("account", .string(receivable.account.text)),
            .init("period", .string(receivable.period.description)), .init("due_day", .day(receivable.dueDay)),
            .init("owed_yen", .yen(receivable.owed)), .init("paid_yen", .yen(receivable.paid)),
            .init("open_yen", .yen(receivable.open)), .init("status", .string(receivable.status(on: day).rawValue)),
        ])
    }
}
