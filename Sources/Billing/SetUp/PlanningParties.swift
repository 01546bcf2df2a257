import Units

// Who sends invoices and who gets them. Changed data make a new version.
extension SetUpPlanning {
    mutating func planIssuer() {
        guard let entry = declaration.issuer else { return }
        if let fault = RegistrationNumber.fault(entry.value.registrationNumber) {
            refuse(.invalidValue, line: entry.line, field: "registration_number", "issuer: \(fault)")
        }
        let issuer = entry.value.issuer(over: current.issuer)
        checkPrinted(issuer, line: entry.line)
        let recorded = current.issuer.map(\.fields)
        if recorded.map({ changedFields(from: $0, to: issuer.fields).isEmpty }) != true {
            changes.append(.issuer(issuer))
        }
    }

    /// Accounts in the order of the file, then their new users.
    mutating func planAccounts() {
        var firstLines: [AccountID: Int] = [:]
        var newUsers: [SetUpChange] = []
        for entry in declaration.accounts {
            let id = entry.value.id
            if let first = firstLines.updateValue(entry.line, forKey: id) {
                refuse(
                    .invalidValue, line: entry.line, field: "id",
                    "account '\(id)' is declared twice, first on line \(first)")
                continue
            }
            let recorded = current.accounts[id]
            let account = entry.value.account(over: recorded)
            checkPrinted(account, line: entry.line)
            checkCountry(of: account, line: entry.line)
            warnAboutRegistrationNumber(of: account, line: entry.line)
            if recorded.map({ changedFields(from: $0.fields, to: account.fields).isEmpty }) != true {
                changes.append(.account(account))
            }
            var known = current.users[id] ?? []
            for user in entry.value.users where known.insert(user).inserted { newUsers.append(.user(id, user)) }
        }
        changes += newUsers
    }

    private mutating func checkCountry(of account: Account, line: Int) {
        guard !CountryCode.isKnown(account.country) else { return }
        refuse(
            .invalidValue, line: line, field: "country",
            "account '\(account.id)': country '\(account.country)' is no code of ISO 3166-1; write two capital "
                + "letters, for example JP")
    }

    private mutating func warnAboutRegistrationNumber(of account: Account, line: Int) {
        guard !account.registrationNumber.isEmpty, let fault = RegistrationNumber.fault(account.registrationNumber)
        else { return }
        warnings.append(SetUpWarning(line: line, "account '\(account.id)': \(fault)"))
    }
}

extension SetUpDeclaration.DeclaredIssuer {
    func issuer(over recorded: Issuer?) -> Issuer {
        Issuer(
            name: name, registrationNumber: registrationNumber, postalCode: postalCode ?? recorded?.postalCode ?? "",
            address: address ?? recorded?.address ?? "", phone: phone ?? recorded?.phone ?? "",
            bankAccount: bankAccount ?? recorded?.bankAccount ?? "")
    }
}

extension SetUpDeclaration.DeclaredAccount {
    func account(over recorded: Account?) -> Account {
        Account(
            id: id, name: name, postalCode: postalCode ?? recorded?.postalCode ?? "",
            address: address ?? recorded?.address ?? "", department: department ?? recorded?.department ?? "",
            registrationNumber: registrationNumber ?? recorded?.registrationNumber ?? "",
            email: email ?? recorded?.email ?? "", payment: payment ?? recorded?.payment ?? .card,
            country: country ?? recorded?.country ?? Account.japan)
    }
}
