import HTTPTypes
import Reports
import Service
import Store
import UsageLedger

/// The reports of `reports/`, on the screen, as CSV and as JSON.
enum ReportRoutes {
    static let all: [Route] = [
        Route(.get, "/admin/reports/", for: .roles([.admin, .auditor]), list),
        Route(.get, "/admin/reports/{report}/", for: .roles([.admin, .auditor]), run),
    ]

    private enum Format: String, CaseIterable {
        case json
        case csv
        case html
    }

    @Sendable private static func list(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let page = ListPage(&query)
        try query.check()
        let reports = LedgerService.reports
        let shown = reports.dropFirst(Int(page.offset)).prefix(page.size)
        return page.answer(shown.map(entry), count: Int64(reports.count), request: request)
    }

    private static func entry(_ report: Report) -> JSONValue {
        .object([
            .init("name", .string(report.name)), .init("title", .string(report.title)),
            .init("question", .string(report.question)), .init("note", .string(report.note)),
            .init("must_be_empty", .bool(report.mustBeEmpty)),
            .init("parameters", .array(report.parameters.map(parameter))),
            .init(
                "columns",
                .array(
                    report.columns.map {
                        .object([
                            .init("name", .string($0.name)), .init("type", .string($0.type.rawValue)),
                            .init("title", .string($0.title)),
                        ])
                    })),
        ])
    }

    private static func parameter(_ parameter: Report.Parameter) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("name", .string(parameter.name)), .init("type", .string(parameter.type.rawValue)),
            .init("title", .string(parameter.title)), .init("required", .bool(parameter.need == .required)),
        ]
        if case .fallback(let text) = parameter.need { members.append(.init("default", .string(text))) }
        return .object(members)
    }

    @Sendable private static func run(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let format = query.value("format") { text in
            guard let format = Format(rawValue: text) else {
                throw ServiceError(.invalidRequest, "'\(text.prefix(40))' is no format; choose json, csv or html")
            }
            return format
        }
        try query.check()
        let given = query.all.filter { $0.key != "format" }, name = request.part("report")
        let answer = try await request.ledger.reporters.read { service in
            do {
                return try service.report(named: name, parameters: given)
            } catch let error as StoreError where error.code == .refused {
                throw ServiceError(.invalidRequest, error.message)
            }
        }
        let listing = ReportListing.listing(answer)
        switch format ?? .json {
        case .json: return .json(listing.json)
        case .csv:
            var response = APIResponse.bytes(Array(listing.csv.utf8), contentType: "text/csv; charset=utf-8")
            response.headers[.contentDisposition] = "attachment; filename=\"\(answer.report.name).csv\""
            return response
        case .html:
            var response = APIResponse.bytes(
                Array(answer.page.utf8), contentType: "text/html; charset=utf-8")
            response.headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'"
            return response
        }
    }
}
