import Documents
import Foundation
import FoundationXML
import TestSupport
import Testing

/// JP PINT: the rules of the rule book, asked of documents of every shape.
@Suite struct PeppolTests {
    static let samples: [String: InvoiceSample] = {
        var exclusive = InvoiceSample([InvoiceSample.usage(63_063), InvoiceSample.usage(7, plan: "a")])
        exclusive.basis = "exclusive"
        var rare = InvoiceSample([InvoiceSample.usage(480_728)])
        rare.recipientName = "髙﨑𠮷野<家電>&\"株式会社\""
        rare.payment = "card"
        var abroad = InvoiceSample(InvoiceSample.everyClass)
        (abroad.country, abroad.recipientName) = ("US", "Acme, Inc.")
        return [
            "classes": InvoiceSample(InvoiceSample.everyClass), "exclusive": exclusive, "rare-names": rare,
            "outside-japan": abroad, "return": .returned, "reissue": .reissued,
            "zero-tax": InvoiceSample([InvoiceSample.usage(100_000), InvoiceSample.credit(-1600)]),
            "two-hundred-lines": InvoiceSample(
                (1...200).map { InvoiceSample.usage(Int64($0) * 1003, plan: "p\($0)") } + [InvoiceSample.credit(-77)]),
        ]
    }()

    @Test func documentsOfEveryShapeAreAsRecorded() throws {
        for (name, sample) in Self.samples where name != "two-hundred-lines" {
            let xml = try PeppolInvoice.xml(sample.invoice)
            #expect(Golden.difference(xml, "peppol-\(name).xml", besides: #filePath) == nil)
        }
    }

    @Test(arguments: samples.keys.sorted())
    func everyRuleHolds(name: String) throws {
        let sample = try #require(Self.samples[name])
        let invoice = sample.invoice
        let document = try XMLDocument(xmlString: try PeppolInvoice.xml(invoice))
        let root = try #require(document.rootElement())
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

        #expect(try values("InvoiceTypeCode") + values("DocumentCurrencyCode") == ["380", "JPY"])
        #expect(try values("AccountingSupplierParty/Party/PartyTaxScheme/CompanyID") == ["T7000012050002"])
        #expect(try values("AccountingCustomerParty/Party/EndpointID") == ["T6011001106696"])
        #expect(
            try values("AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName") == [sample.recipientName])
        // Exactly one breakdown for the one rate; every amount is whole yen, or it couldn't be read as one.
        let isTaxed = sample.country == "JP"
        #expect(try values("TaxTotal/TaxSubtotal/TaxCategory/ID") == [isTaxed ? "S" : "O"])
        #expect(try values("TaxTotal/TaxSubtotal/TaxCategory/Percent") == (isTaxed ? ["10"] : []))
        #expect(try values("TaxTotal/TaxSubtotal/TaxCategory/TaxExemptionReason").isEmpty == isTaxed)
        #expect(
            try values("AccountingCustomerParty/Party/PostalAddress/Country/IdentificationCode") == [sample.country])
        let net = try yen("LegalMonetaryTotal/TaxExclusiveAmount"), tax = try yen("TaxTotal/TaxAmount")
        #expect(net == invoice.totals.net.amount && tax == invoice.totals.tax.amount)
        #expect(try yen("TaxTotal/TaxSubtotal/TaxableAmount") == net)
        #expect(try yen("TaxTotal/TaxSubtotal/TaxAmount") == tax)
        // ⌊N ÷ 10⌋ ≤ T ≤ ⌈N ÷ 10⌉, for a return of what it gives back.
        let (size, part) = (abs(net), abs(tax))
        #expect(isTaxed ? size / 10 <= part && part <= (size + 9) / 10 : tax == 0)
        #expect(sample.kind == "return" ? net < 0 && tax < 0 : net >= 0 && tax >= 0)
        let reference = "BillingReference/InvoiceDocumentReference"
        #expect(try values(reference + "/ID") == (sample.original.map { [$0.number] } ?? []))
        #expect(try values(reference + "/IssueDate") == (sample.original.map { [$0.day] } ?? []))
        #expect(try values("PaymentMeans/PaymentMeansCode").isEmpty == (sample.kind == "return"))
        #expect(try yen("LegalMonetaryTotal/TaxInclusiveAmount") == net + tax)
        #expect(try yen("LegalMonetaryTotal/PayableAmount") == invoice.totals.payable.amount)
        #expect(try yen("LegalMonetaryTotal/LineExtensionAmount") == net)

        var sum: Int64 = 0
        let lines = try root.nodes(forXPath: "./*[local-name()='InvoiceLine']")
        #expect(lines.count == invoice.lines.count)
        for line in lines {
            let amount = try yen("LineExtensionAmount", of: line)
            let quantity = try decimal("InvoicedQuantity", of: line)
            let price = try decimal("Price/PriceAmount", of: line)
            #expect(price >= 0)
            #expect(abs(quantity * price - Decimal(amount)) < 2, "\(quantity) × \(price) isn't \(amount)")
            #expect(try values("Item/ClassifiedTaxCategory/Percent", of: line) == (isTaxed ? ["10"] : []))
            sum += amount
        }
        #expect(sum == net)
        #expect(try root.nodes(forXPath: "//*[not(node())]").isEmpty, "an element is empty")
    }

    @Test(arguments: ["", "T1234567890123", "6011001106696"])
    func aRecipientThatTheNetworkCannotFindIsRefused(number: String) throws {
        var sample = InvoiceSample([InvoiceSample.usage(1000)])
        sample.registrationNumber = number
        let invoice = sample.invoice
        #expect(throws: PeppolError.self) { try PeppolInvoice.xml(invoice) }
    }
}
