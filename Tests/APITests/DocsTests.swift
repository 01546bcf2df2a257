import Schema
import Service
import Testing
import UsageLedger

@testable import API

@Suite struct DocsTests {
    @Test func theDocumentIsServedWithTheZone() async throws {
        var settings = APISettings()
        settings.zone = "tk1b"
        try await TestServer.run(settings: settings) { server in
            let answer = try await server.ask(.get, "/openapi.yaml", root: true)
            #expect(answer.status == 200)
            #expect(answer.header("Content-Type") == "application/yaml; charset=utf-8")
            let document = try YAMLDocument.value(in: answer.text)
            #expect(document["openapi"]?.string == "3.1.0")
            let zone = document["servers"]?.array?.first?["variables"]?["zone"]?["default"]?.string
            #expect(zone == "tk1b")
        }
    }

    @Test func thePageShowsEveryOperation() async throws {
        try await TestServer.run { server in
            let answer = try await server.ask(.get, "/docs", root: true)
            #expect(answer.status == 200)
            #expect(answer.header("Content-Type") == "text/html; charset=utf-8")
            #expect(answer.header("Content-Security-Policy")?.hasPrefix("default-src 'none'") == true)
            let page = answer.text
            let document = try YAMLDocument.value(in: Schema.openAPI)
            for path in document["paths"]?.members ?? [] {
                #expect(page.contains("<code>\(path.key)</code>"), "\(path.key) is missing")
            }
            for schema in document["components"]?["schemas"]?.members ?? [] {
                #expect(page.contains("id=\"schema-\(schema.key)\""), "\(schema.key) is missing")
            }
            #expect(!page.contains("<script"))
            #expect(!page.contains("{{"))
        }
    }

    @Test func nothingOfTheDocumentBecomesMarkup() throws {
        let hostile = try YAMLDocument.value(
            in: """
                info: {title: '<script>1</script>', version: '<b>', description: 'a `<i>` & **b** ` c'}
                tags: [{name: '<T>', description: '"x"'}]
                paths:
                  /<p>/:
                    get:
                      tags: ['<T>']
                      summary: '<img>'
                      parameters: [{name: '<n>', in: query, description: '<d>', schema: {enum: ['<e>']}}]
                      responses: {'200': {description: '<r>', content: {text/<m>: {example: '<x>'}}}}
                components: {schemas: {'<S>': {type: '<t>', properties: {'<f>': {const: '<c>'}}}}}
                """)
        let page = try DocsPage.html(hostile)
        for tag in ["<script", "<b>", "<i>", "<T>", "<p>/", "<img", "<n>", "<d>", "<e>", "<r>", "<m>", "<x>", "<S>"] {
            #expect(!page.contains(tag), "\(tag) came through")
        }
        #expect(!page.contains("<f>") && !page.contains("<c>") && !page.contains("<t>"))
        #expect(page.contains("<code>&lt;i&gt;</code> &amp; <strong>b</strong> ` c"))
    }

    @Test(arguments: [
        ("a\n\nb", "<p>a</p><p>b</p>"), ("- a `x`\n- b", "<ul><li>a <code>x</code></li><li>b</li></ul>"),
        ("**Keys**: x", "<p><strong>Keys</strong>: x</p>"), ("2 ** 3", "<p>2 ** 3</p>"),
    ])
    func proseBecomesHTML(text: String, html: String) {
        #expect(DocsProse.html(text) == html)
    }

    @Test func yamlIsReadAsItIsWritten() throws {
        let value = try YAMLDocument.value(in: "{a: '1', b: 1, c: null, d: true, e: 'true', f: 1.5, g: [2024-10-10]}")
        #expect(
            value.canonicalText == #"{"a":"1","b":1,"c":null,"d":true,"e":"true","f":"1.5","g":["2024-10-10"]}"#)
    }
}
