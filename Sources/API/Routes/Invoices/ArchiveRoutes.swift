import Foundation
import HTTPTypes
import Service

/// The originals that a search finds (電子帳簿保存法).
enum ArchiveRoutes {
    /// A page of it is made in memory.
    private static let greatestSize = 200

    /// One page of what `GET /invoices/` finds with the same query, as a ZIP: stored bytes, printed pages, an index.
    @Sendable static func archive(_ request: APIRequest) async throws -> APIResponse {
        var query = request.query
        let page = ListPage(&query)
        if page.size > greatestSize { query.note("page_size", "an archive holds at most \(greatestSize) documents") }
        let search = InvoiceRoutes.search(request, &query, page)
        try query.check()
        let bytes = try await request.ledger.reporters.read { service in
            let (_, found) = try service.invoices(search)
            let path = FileManager.default.temporaryDirectory.path + "/kanjo-archive-\(UUID().uuidString).zip"
            defer { try? FileManager.default.removeItem(atPath: path) }
            try service.archive(found, to: path)
            guard let content = FileManager.default.contents(atPath: path) else {
                throw ServiceError(
                    .cannotWriteFile, "the archive can't be read back; see the space for temporary files")
            }
            return Array(content)
        }
        var response = APIResponse.bytes(bytes, contentType: "application/zip")
        response.headers[.contentDisposition] = "attachment; filename=\"invoices.zip\""
        return response
    }
}
