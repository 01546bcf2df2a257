import Billing
import Units

// Entries that say who: the issuer and the accounts.
extension SetUpFileFields {
    mutating func issuer(_ entry: FileEntry) -> SetUpDeclaration.DeclaredIssuer? {
        let name = requiredWords("name", of: entry)
        let number = requiredWords("registration_number", of: entry)
        let (postalCode, address) = (words("postal_code", of: entry), words("address", of: entry))
        let (phone, bankAccount) = (words("phone", of: entry), words("bank_account", of: entry))
        guard let name, let number else { return nil }
        return SetUpDeclaration.DeclaredIssuer(
            name: name, registrationNumber: number, postalCode: postalCode, address: address, phone: phone,
            bankAccount: bankAccount)
    }

    mutating func account(_ entry: FileEntry) -> SetUpDeclaration.DeclaredAccount? {
        let id = unit(required("id", of: entry), entry.path("id"), AccountID.init)
        let name = requiredWords("name", of: entry)
        let users = scalars("users", of: entry, what: "user ids").compactMap {
            unit($0, entry.path("users"), UserID.init)
        }
        let (postalCode, address) = (words("postal_code", of: entry), words("address", of: entry))
        let (department, email) = (words("department", of: entry), words("email", of: entry))
        let number = words("registration_number", of: entry)
        let payment = choice("payment", of: entry, PaymentMethod.self), country = words("country", of: entry)
        guard let id, let name else { return nil }
        return SetUpDeclaration.DeclaredAccount(
            id: id, name: name, postalCode: postalCode, address: address, department: department,
            registrationNumber: number,
            email: email, payment: payment, country: country, users: users)
    }
}
