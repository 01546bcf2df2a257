// Names and addresses stand on printed pages: what no font can draw is refused when it is entered.
extension SetUpPlanning {
    /// Refuses new texts with characters that no printed page can show; what is recorded already stays.
    /// - Parameter texts: name of the field → its text now and as recorded.
    private mutating func checkPrinted(
        _ texts: [(field: String, text: String, recorded: String?)], of entry: String, line: Int
    ) {
        for (field, text, recorded) in texts where text != recorded {
            let missing = unprintable(text)
            guard !missing.isEmpty else { continue }
            let shown = missing.prefix(5).map { character in
                let codes = character.unicodeScalars.map { "U+" + String($0.value, radix: 16, uppercase: true) }
                return "'\(character)' (\(codes.joined(separator: " ")))"
            }
            refuse(
                .invalidValue, line: line, field: field,
                "\(entry): \(field) has \(shown.joined(separator: ", ")), which no font of the printed page has; write "
                    + "it with other characters")
        }
    }

    mutating func checkPrinted(_ issuer: Issuer, line: Int) {
        let recorded = current.issuer
        checkPrinted(
            [
                ("name", issuer.name, recorded?.name), ("postal_code", issuer.postalCode, recorded?.postalCode),
                ("address", issuer.address, recorded?.address), ("phone", issuer.phone, recorded?.phone),
                ("bank_account", issuer.bankAccount, recorded?.bankAccount),
            ], of: "issuer", line: line)
    }

    mutating func checkPrinted(_ account: Account, line: Int) {
        let recorded = current.accounts[account.id]
        checkPrinted(
            [
                ("name", account.name, recorded?.name), ("postal_code", account.postalCode, recorded?.postalCode),
                ("address", account.address, recorded?.address),
                ("department", account.department, recorded?.department),
            ], of: "account '\(account.id)'", line: line)
    }

    mutating func checkPrinted(_ plan: Plan, line: Int) {
        checkPrinted([("name", plan.name, current.plans[plan.id]?.name)], of: "plan '\(plan.id)'", line: line)
    }
}
