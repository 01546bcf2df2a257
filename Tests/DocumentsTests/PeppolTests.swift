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
        let read = try EInvoice(sample)
        #expect(try read.values("InvoiceTypeCode") + read.values("DocumentCurrencyCode") == ["380", "JPY"])
        #expect(try read.values("AccountingSupplierParty/Party/PartyTaxScheme/CompanyID") == ["T7000012050002"])
        #expect(try read.values("AccountingCustomerParty/Party/EndpointID") == ["T6011001106696"])
        #expect(
            try read.values("AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName") == [sample.recipientName]
        )
        // Exactly one breakdown for the one rate; every amount is whole yen, or it couldn't be read as one.
        let isTaxed = sample.country == "JP"
        #expect(try read.values("TaxTotal/TaxSubtotal/TaxCategory/ID") == [isTaxed ? "S" : "O"])
        #expect(try read.values("TaxTotal/TaxSubtotal/TaxCategory/Percent") == (isTaxed ? ["10"] : []))
        #expect(try read.values("TaxTotal/TaxSubtotal/TaxCategory/TaxExemptionReason").isEmpty == isTaxed)
        #expect(
            try read.values("AccountingCustomerParty/Party/PostalAddress/Country/IdentificationCode") == [
                sample.country
            ])
        let net = try read.yen("LegalMonetaryTotal/TaxExclusiveAmount"), tax = try read.yen("TaxTotal/TaxAmount")
        #expect(net == invoice.totals.net.amount && tax == invoice.totals.tax.amount)
        #expect(try read.yen("TaxTotal/TaxSubtotal/TaxableAmount") == net)
        #expect(try read.yen("TaxTotal/TaxSubtotal/TaxAmount") == tax)
        // ⌊N ÷ 10⌋ ≤ T ≤ ⌈N ÷ 10⌉, for a return of what it gives back.
        let (size, part) = (abs(net), abs(tax))
        #expect(isTaxed ? size / 10 <= part && part <= (size + 9) / 10 : tax == 0)
        #expect(try read.yen("LegalMonetaryTotal/TaxInclusiveAmount") == net + tax)
        #expect(try read.yen("LegalMonetaryTotal/PayableAmount") == invoice.totals.payable.amount)
        #expect(try read.yen("LegalMonetaryTotal/LineExtensionAmount") == net)

        var sum: Int64 = 0
        let lines = try read.root.nodes(forXPath: "./*[local-name()='InvoiceLine']")
        #expect(lines.count == invoice.lines.count)
        for line in lines {
            let amount = try read.yen("LineExtensionAmount", of: line)
            let quantity = try read.decimal("InvoicedQuantity", of: line)
            let price = try read.decimal("Price/PriceAmount", of: line)
            #expect(price >= 0)
            #expect(abs(quantity * price - Decimal(amount)) < 2, "\(quantity) × \(price) isn't \(amount)")
            #expect(try read.values("Item/ClassifiedTaxCategory/Percent", of: line) == (isTaxed ? ["10"] : []))
            sum += amount
        }
        #expect(sum == net)
        #expect(try read.root.nodes(forXPath: "//*[not(node())]").isEmpty, "an element is empty")
    }

    @Test func aReturnIsNegativeAndNamesItsInvoiceAsACorrectedOneDoes() throws {
        let path = "BillingReference/InvoiceDocumentReference/"
        for (name, sample) in Self.samples {
            let read = try EInvoice(sample), isReturn = name == "return"
            #expect(try (read.yen("LegalMonetaryTotal/PayableAmount") < 0) == isReturn)
            #expect(try (read.yen("TaxTotal/TaxAmount") < 0) == isReturn)
            #expect(try read.values("PaymentMeans/PaymentMeansCode").isEmpty == isReturn)
            #expect(try read.values(path + "ID") == (["return", "reissue"].contains(name) ? ["201711-000001"] : []))
            #expect(try read.values(path + "IssueDate").count == read.values(path + "ID").count)
        }
    }

    @Test(arguments: ["", "T1234567890123", "6011001106696"])
    func aRecipientThatTheNetworkCannotFindIsRefused(number: String) throws {
        var sample = InvoiceSample([InvoiceSample.usage(1000)])
        sample.registrationNumber = number
        let invoice = sample.invoice
        #expect(throws: PeppolError.self) { try PeppolInvoice.xml(invoice) }
    }
}
