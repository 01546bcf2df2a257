import Billing
import Documents
import Service
import Store
import UsageLedger
import Units

/// From a yen of an invoice back to the events.
enum ExplainRoutes {
    static let all: [Route] = [Route(.get, "/explain/{invoice}/{line}/", for: .readers, explain)]

    /// One line: formula, rounding, price rows, and a page of its slices with the positions of their events.
    @Sendable private static func explain(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let page = ListPage(&query)
        try query.check()
        let number = request.part("invoice"), scope = request.credential.scope
        let missing = StoreError(.notFound, "there is no line '\(request.part("line").prefix(40))' of \(number)")
        // Whether it is there at all is a short question; the answer may be a long one.
        let lines = try await request.ledger.readers.read { try $0.invoice(number, scope: scope).invoice.lines.count }
        guard let line = Int(request.part("line")), (1...max(1, lines)).contains(line), lines > 0 else { throw missing }
        return try await request.ledger.reporters.read { service in
            let explanation = try service.store.explain(number: number, line: line)
            guard let explained = explanation.lines.first else { throw missing }
            let prices = try service.store.setUp(logCut: explanation.invoice.logCut).prices
            return answer(explained, prices, page, number, request)
        }
    }

    private static func answer(
        _ explained: Explanation.ExplainedLine, _ prices: PriceBook, _ page: ListPage, _ number: String,
        _ request: APIRequest
    ) -> APIResponse {
        let count = explained.parts.count
        let first = Int(min(page.offset, Int64(count)))
        let line = ExplanationListing.json(explained, parts: first..<min(count, first + page.size))
        let named = Set(explained.parts.map(\.priceRow))
        let more: [JSONValue.Member] = [
            .init("formula", .string(formula(explained))),
            .init("rows", .array(prices.rows.filter { named.contains($0.position) }.map(\.jsonValue))),
        ]
        return .json(
            .object([
                .init("number", .string(number)), .init("meta", page.meta(count: Int64(count), request: request)),
                .init("lines", .array([.object((line.members ?? []) + more)])),
            ]))
    }

    /// What can be checked with a pocket calculator.
    private static func formula(_ explained: Explanation.ExplainedLine) -> String {
        guard let rate = explained.line.rate else { return "\(explained.line.amount)" }
        let units = thousandthsText(explained.usage.unitThousandths(rate.basis))
        let before = explained.earlier.reduce(into: Yen.zero) { $0 += $1.amount }
        let difference = explained.line.lineClass == .usage ? "" : " - \(before)"
        return "floor(\(units) * \(rate.price) = \(explained.exact)) = \(explained.rounded)\(difference)"
    }
}
