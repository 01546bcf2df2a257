import Billing

extension PeppolInvoice {
    /// Scheme of the registration number of qualified invoice issuers.
    private static let scheme = [(name: "schemeID", value: "0221")]

    static func seller(_ issuer: Issuer) -> XMLNode {
        XMLNode(
            "cac:Party",
            [
                XMLNode("cbc:EndpointID", issuer.registrationNumber, scheme),
                address(street: issuer.address, postalCode: issuer.postalCode, country: Account.japan),
                XMLNode(
                    "cac:PartyTaxScheme",
                    [
                        XMLNode("cbc:CompanyID", issuer.registrationNumber),
                        XMLNode("cac:TaxScheme", [XMLNode("cbc:ID", "VAT")]),
                    ]),
                XMLNode("cac:PartyLegalEntity", [XMLNode("cbc:RegistrationName", issuer.name)]),
                XMLNode("cac:Contact", [XMLNode("cbc:Telephone", issuer.phone)]),
            ])
    }

    static func buyer(_ account: Account) -> XMLNode {
        XMLNode(
            "cac:Party",
            [
                XMLNode("cbc:EndpointID", account.registrationNumber, scheme),
                XMLNode("cac:PartyIdentification", [XMLNode("cbc:ID", account.id.text)]),
                address(street: account.address, postalCode: account.postalCode, country: account.country),
                XMLNode("cac:PartyLegalEntity", [XMLNode("cbc:RegistrationName", account.name)]),
                XMLNode("cac:Contact", [XMLNode("cbc:Name", account.department)]),
            ])
    }

    private static func address(street: String, postalCode: String, country: String) -> XMLNode {
        XMLNode(
            "cac:PostalAddress",
            [
                XMLNode("cbc:StreetName", street), XMLNode("cbc:PostalZone", postalCode),
                XMLNode("cac:Country", [XMLNode("cbc:IdentificationCode", country)]),
            ])
    }

    /// 30 is a transfer, 48 a bank card.
    static func means(_ issuer: Issuer, isTransfer: Bool) -> XMLNode {
        XMLNode(
            "cac:PaymentMeans",
            [
                XMLNode("cbc:PaymentMeansCode", isTransfer ? "30" : "48"),
                isTransfer ? bankAccount(issuer.bankAccount) : nil,
            ])
    }

    /// `bank:branch:type:account` and the holder, when the words are five or more; else the words as they are.
    private static func bankAccount(_ text: String) -> XMLNode {
        let words = text.split(separator: " ").map(String.init)
        guard words.count >= 5 else {
            return XMLNode("cac:PayeeFinancialAccount", [XMLNode("cbc:ID", text)])
        }
        return XMLNode(
            "cac:PayeeFinancialAccount",
            [
                XMLNode("cbc:ID", words[..<4].joined(separator: ":")),
                XMLNode("cbc:Name", words[4...].joined(separator: " ")),
            ])
    }
}
