import Hummingbird
import UsageLedger

/// Which part of a list is asked for, and how it is answered: `{"meta": …, "results": […]}`.
struct ListPage {
    static let defaultSize = 100
    static let greatestSize = 1000

    /// From 1.
    let page: Int
    let size: Int

    /// Rows before this page.
    var offset: Int64 { Int64(page - 1) * Int64(size) }

    /// Wrong values are noted in the query.
    init(_ query: inout QueryParameters) {
        page = query.integer("page", in: 1...1_000_000_000) ?? 1
        size = query.integer("page_size", in: 1...Self.greatestSize) ?? Self.defaultSize
    }

    /// - Parameters:
    ///   - count: rows of the whole list.
    ///   - address: of the request, absolute; `next` and `previous` keep all of its query but the page.
    ///   - others: members beside `meta` and `results`.
    func answer(
        _ results: [JSONValue], count: Int64, request: APIRequest, with others: [JSONValue.Member] = []
    ) -> APIResponse {
        .json(
            .object([.init("meta", meta(count: count, request: request)), .init("results", .array(results))] + others))
    }

    /// Where the page stands in the list.
    func meta(count: Int64, request: APIRequest) -> JSONValue {
        let pages = max(1, (count + Int64(size) - 1) / Int64(size))
        return .object([
            .init("page", .integer(Int64(page))), .init("page_size", .integer(Int64(size))),
            .init("total_pages", .integer(pages)), .init("count", .integer(count)),
            .init("next", Int64(page) < pages ? .string(request.address(ofPage: page + 1)) : .null),
            .init("previous", page > 1 ? .string(request.address(ofPage: min(page - 1, Int(pages)))) : .null),
        ])
    }
}

extension APIRequest {
    /// This request's absolute address with another page.
    fileprivate func address(ofPage page: Int) -> String {
        let kept = (request.uri.query ?? "").split(separator: "&").filter { !$0.hasPrefix("page=") && $0 != "page" }
        return publicAddress + request.uri.path + "?" + (kept + ["page=\(page)"]).joined(separator: "&")
    }

    /// Scheme and host as the client wrote them, unless the operator named them.
    var publicAddress: String {
        settings.publicAddress
            ?? (settings.tlsCertificateFile == nil ? "http" : "https") + "://\(request.head.authority ?? "localhost")"
    }
}
