import HTTPTypes
import Schema
import Service

/// The contract of this API, for programs and for people.
enum DocsRoutes {
    static let all: [Route] = [
        Route(.get, "/openapi.yaml/", base: .root, for: .open) { request in
            .bytes(Array(document(of: request.settings).utf8), contentType: "application/yaml; charset=utf-8")
        },
        Route(.get, "/docs/", base: .root, for: .open) { _ in
            var answer = APIResponse.bytes(try page.get(), contentType: "text/html; charset=utf-8")
            answer.headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'"
            return answer
        },
    ]

    /// Written once; the document can't change while the program runs.
    private static let page = Result { Array(try DocsPage.html(YAMLDocument.value(in: Schema.openAPI)).utf8) }

    /// With the zone that is served.
    private static func document(of settings: APISettings) -> String {
        Schema.openAPI.replacing("zone: {default: is1a,", with: "zone: {default: \(settings.zone),", maxReplacements: 1)
    }
}
