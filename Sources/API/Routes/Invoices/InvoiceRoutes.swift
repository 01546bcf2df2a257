import Billing
import Documents
import HTTPTypes
import Service
import Store
import UsageLedger
import Units

/// Issued documents and what the next one would be.
enum InvoiceRoutes {
    static let all: [Route] = [
        Route(.get, "/invoices/", for: .readers, list),
        Route(.get, "/invoices/preview/", for: .readers, isShared: true, preview),
        Route(.get, "/invoices/archive/", for: .readers, isShared: true, ArchiveRoutes.archive),
        Route(.get, "/invoices/{invoice}/", for: .readers, document),
        Route(.get, "/invoices/{invoice}.csv/", for: .readers, csv),
        Route(.get, "/invoices/{invoice}.html/", for: .readers, html),
        Route(.get, "/invoices/{invoice}.pdf/", for: .readers, pdf),
        Route(.get, "/invoices/{invoice}.xml/", for: .readers, xml),
        Route(.get, "/invoices/{invoice}.proof/", for: .readers, proof),
    ]

    @Sendable private static func list(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let page = ListPage(&query), search = search(request, &query, page)
        try query.check()
        let today = CivilDay(request.now)
        let (count, found, statuses) = try await request.ledger.readers.read { service in
            let (count, found) = try service.invoices(search)
            return (count, found, try service.paymentStatuses(of: found, on: today))
        }
        return page.answer(
            found.map { entry($0, more: [.init("status", .text(statuses[$0.number]?.rawValue))]) }, count: count,
            request: request)
    }

    /// What documents are looked for by; wrong values are noted in the query.
    static func search(_ request: APIRequest, _ query: inout QueryParameters, _ page: ListPage) -> InvoiceSearch {
        var search = InvoiceSearch(scope: request.scope(narrowedBy: &query))
        search.issuedFrom = query.value("from", CivilDay.init(text:))
        search.issuedTo = query.value("to", CivilDay.init(text:))
        if let from = search.issuedFrom, let to = search.issuedTo, from > to {
            query.note("to", "\(to) lies before from, \(from)")
        }
        let bounds = 0...999_999_999_999
        search.minimum = query.integer("min", in: bounds).map { Yen(Int64($0)) }
        search.maximum = query.integer("max", in: bounds).map { Yen(Int64($0)) }
        if let minimum = search.minimum, let maximum = search.maximum, minimum > maximum {
            query.note("max", "\(maximum) is less than min, \(minimum)")
        }
        search.period = query.value("period", BillingPeriod.init(text:))
        search.number = query.text("number")
        search.counterparty = query.text("counterparty")
        search.kind = query.value("kind") { text in
            guard let kind = DocumentKind(rawValue: text) else {
                throw ServiceError(.invalidBody, "kind is invoice or return, not '\(text.prefix(40))'")
            }
            return kind
        }
        (search.offset, search.limit) = (page.offset, page.size)
        return search
    }

    static func entry(_ document: IssuedDocument, more: [JSONValue.Member] = []) -> JSONValue {
        .object(
            [
                .init("number", .string(document.number.text)), .init("kind", .string(document.kind.rawValue)),
                .init("revision", .integer(document.revision)), .init("account", .string(document.account.text)),
                .init("period", .string(document.period.description)), .init("issue_day", .day(document.issueDay)),
                .init("payable_yen", .yen(document.amount)), .init("state", .string(document.state.rawValue)),
                .init("receivable_yen", .yen(document.receivable)),
                .init("sha256", .string(Digits.hexadecimal(document.sha256))),
                .init("position", .integer(document.position)),
            ] + more)
    }

    /// The stored bytes themselves, whose SHA-256 stands in the log.
    @Sendable private static func document(_ request: APIRequest) async throws -> APIResponse {
        let (_, document, bytes) = try await read(request)
        var response = APIResponse.bytes(bytes, contentType: "application/json")
        response.headers[.eTag] = "\"\(Digits.hexadecimal(document.sha256))\""
        return response
    }

    @Sendable private static func csv(_ request: APIRequest) async throws -> APIResponse {
        let (invoice, document, _) = try await read(request)
        var response = APIResponse.bytes(
            Array(InvoiceListing.lines(invoice).csv.utf8), contentType: "text/csv; charset=utf-8")
        response.headers[.contentDisposition] = "attachment; filename=\"\(document.number.text).csv\""
        return response
    }

    @Sendable private static func html(_ request: APIRequest) async throws -> APIResponse {
        let (invoice, document, _) = try await read(request)
        let page = InvoicePage.html(InvoiceSheet(invoice, sha256: document.sha256))
        var response = APIResponse.bytes(Array(page.utf8), contentType: "text/html; charset=utf-8")
        response.headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        return response
    }

    /// Pages are drawn on the threads of reports, which may take long.
    @Sendable private static func pdf(_ request: APIRequest) async throws -> APIResponse {
        let number = request.part("invoice"), scope = request.credential.scope
        let bytes = try await request.ledger.reporters.read { service in
            let (invoice, document, _) = try service.invoice(number, scope: scope)
            return try PrintedInvoice.pdf(
                invoice, sha256: document.sha256, template: try service.store.printTemplate(of: document))
        }
        var response = APIResponse.bytes(bytes, contentType: "application/pdf")
        response.headers[.contentDisposition] = "inline; filename=\"\(number).pdf\""
        return response
    }

    @Sendable private static func xml(_ request: APIRequest) async throws -> APIResponse {
        let (invoice, document, _) = try await read(request)
        var response = APIResponse.bytes(Array(try PeppolInvoice.xml(invoice).utf8), contentType: "application/xml")
        response.headers[.contentDisposition] = "attachment; filename=\"\(document.number.text).xml\""
        return response
    }

    @Sendable private static func proof(_ request: APIRequest) async throws -> APIResponse {
        let number = request.part("invoice"), scope = request.credential.scope
        return .json(
            ProofAnswer.json(
                try await request.ledger.readers.read { try $0.proof(ofDocument: number, scope: scope) }))
    }

    private static func read(
        _ request: APIRequest
    ) async throws -> (invoice: Invoice, document: IssuedDocument, bytes: [UInt8]) {
        let number = request.part("invoice"), scope = request.credential.scope
        return try await request.ledger.readers.read { try $0.invoice(number, scope: scope) }
    }

    /// The close function with a cut of now; `null` when there would be no document.
    @Sendable private static func preview(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let period = query.value("period", BillingPeriod.init(text:))
        let asOf = query.value("as_of", AsOf.parse), account = request.account(&query)
        try query.check()
        // A month that is over may be closed, and an earlier state of the log is read from its events.
        let isShort = asOf == nil && period.map { $0 >= CivilDay(request.now).period } ?? true
        let threads = isShort ? request.ledger.readers : request.ledger.reporters
        let found = try await threads.read { try $0.preview(account: account, period: period, asOf: asOf) }
        return .json(
            .object([
                .init("account", .string(account.text)), .init("period", .string(found.period.description)),
                .init("invoice", found.invoice?.jsonValue ?? .null), .init("watermark", found.watermark.jsonValue),
            ]))
    }
}
