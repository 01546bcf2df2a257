import Documents
import Foundation
import FoundationXML
import TestSupport
import Testing

/// An e-invoice as its reader finds it.
struct EInvoice {
    let root: XMLElement

    init(_ sample: InvoiceSample) throws {
        root = try #require(try XMLDocument(xmlString: try PeppolInvoice.xml(sample.invoice)).rootElement())
    }

    /// Texts below the root, or below a node.
    func values(_ path: String, of node: XMLNode? = nil) throws -> [String] {
        // Names are asked for without their namespaces.
        let steps = path.split(separator: "/").map { "*[local-name()='\($0)']" }.joined(separator: "/")
        return try (node ?? root).nodes(forXPath: "./" + steps).compactMap(\.stringValue)
    }

    func value(_ path: String, of node: XMLNode? = nil) throws -> String {
        let all = try values(path, of: node)
        return try #require(all.first)
    }

    func yen(_ path: String, of node: XMLNode? = nil) throws -> Int64 {
        let text = try value(path, of: node)
        return try #require(Int64(text), "\(path) isn't whole yen: \(text)")
    }

    func decimal(_ path: String, of node: XMLNode) throws -> Decimal {
        let text = try value(path, of: node)
        return try #require(Decimal(string: text))
    }
}
