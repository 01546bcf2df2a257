import Billing
import Units

/// Why a document has no form as e-invoice.
public struct PeppolError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable names.
    public enum Code: String, Sendable, CaseIterable {
        /// A party has no number by which the network finds it.
        case noPeppolAddress = "no_peppol_address"
    }

    public let code: Code
    public let message: String

    public var description: String { message }
}

/// An issued document as JP PINT 1.1 (Peppol, UBL 2.1 Invoice), made from the frozen document alone. Amounts are
/// without tax and whole yen; only unit prices have decimals.
public enum PeppolInvoice {
    static let customization = "urn:peppol:pint:billing-1@jp-1"
    static let profile = "urn:peppol:bis:billing"
    private static let ubl = "urn:oasis:names:specification:ubl:schema:xsd:"

    /// The document as UTF-8 text. Error: `no_peppol_address` when the recipient's registration number is missing or
    /// wrong.
    /// - Precondition: the document is issued.
    public static func xml(_ invoice: Invoice) throws(PeppolError) -> String {
        guard let number = invoice.number, let day = invoice.issueDay else {
            preconditionFailure("a preview is no e-invoice")
        }
        let account = invoice.recipient
        if let fault = RegistrationNumber.fault(account.registrationNumber) {
            throw PeppolError(
                code: .noPeppolAddress,
                message: "document \(number) can't go by Peppol: \(account.id)'s \(fault); enter the recipient's "
                    + "registration number, it is used from the next document on")
        }
        // A return asks for no payment.
        let isCharge = invoice.kind == .invoice, isTransfer = account.payment == .bankTransfer
        let root = XMLNode(
            "Invoice",
            [
                XMLNode("cbc:CustomizationID", customization), XMLNode("cbc:ProfileID", profile),
                XMLNode("cbc:ID", number.text), XMLNode("cbc:IssueDate", day.description),
                isCharge && isTransfer ? XMLNode("cbc:DueDate", DueDay.of(invoice.period).description) : nil,
                XMLNode("cbc:InvoiceTypeCode", "380"), XMLNode("cbc:DocumentCurrencyCode", "JPY"),
                period(invoice.period), invoice.original.map(reference),
                XMLNode("cac:AccountingSupplierParty", [seller(invoice.issuer)]),
                XMLNode("cac:AccountingCustomerParty", [buyer(account)]),
                isCharge ? means(invoice.issuer, isTransfer: isTransfer) : nil,
                tax(invoice.totals), total(invoice.totals),
            ] + lines(invoice))
        return root.document(namespaces: [
            ("xmlns", ubl + "Invoice-2"), ("xmlns:cac", ubl + "CommonAggregateComponents-2"),
            ("xmlns:cbc", ubl + "CommonBasicComponents-2"),
        ])
    }

    /// The document that is corrected, or given back from.
    private static func reference(_ original: OriginalDocument) -> XMLNode {
        XMLNode(
            "cac:BillingReference",
            [
                XMLNode(
                    "cac:InvoiceDocumentReference",
                    [
                        XMLNode("cbc:ID", original.number.text),
                        XMLNode("cbc:IssueDate", original.issueDay.description),
                    ])
            ])
    }

    static func period(_ period: BillingPeriod) -> XMLNode {
        XMLNode(
            "cac:InvoicePeriod",
            [
                XMLNode("cbc:StartDate", period.firstDay.description),
                XMLNode("cbc:EndDate", period.lastDay.description),
            ])
    }

    static func yen(_ name: String, _ amount: Yen) -> XMLNode {
        XMLNode(name, String(amount.amount), [("currencyID", "JPY")])
    }

    /// The standard rate with its percentage, or outside the scope without one.
    static func category(_ name: String, _ totals: InvoiceTotals, reason: String? = nil) -> XMLNode {
        XMLNode(
            name,
            [
                XMLNode("cbc:ID", totals.category.rawValue),
                totals.ratePercent.map { XMLNode("cbc:Percent", String($0)) },
                totals.category == .standard ? nil : reason.map { XMLNode("cbc:TaxExemptionReason", $0) },
                XMLNode("cac:TaxScheme", [XMLNode("cbc:ID", "VAT")]),
            ])
    }

    private static func tax(_ totals: InvoiceTotals) -> XMLNode {
        XMLNode(
            "cac:TaxTotal",
            [
                yen("cbc:TaxAmount", totals.tax),
                XMLNode(
                    "cac:TaxSubtotal",
                    [
                        yen("cbc:TaxableAmount", totals.net), yen("cbc:TaxAmount", totals.tax),
                        category("cac:TaxCategory", totals, reason: "国外取引（不課税）"),
                    ]),
            ])
    }

    private static func total(_ totals: InvoiceTotals) -> XMLNode {
        XMLNode(
            "cac:LegalMonetaryTotal",
            [
                yen("cbc:LineExtensionAmount", totals.net), yen("cbc:TaxExclusiveAmount", totals.net),
                yen("cbc:TaxInclusiveAmount", totals.payable), yen("cbc:PayableAmount", totals.payable),
            ])
    }
}
